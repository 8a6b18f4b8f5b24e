import type { Log } from '@switchyard/core/middleware/contract'
import type { Report } from '@switchyard/core/node-protocol'
import type { ControlClient } from './client.ts'

export interface Reporter {
  /** Something changed that should be known at once. */
  hurry(): void
  close(): void
}

export interface ReporterOptions {
  readonly client: Pick<ControlClient, 'report'>
  readonly collect: () => Promise<Report>
  readonly log: Log
  /** @default 2000 */
  readonly intervalMs?: number
}

/** Whether the control plane itself said no, as one of another version may. */
const isRefusal = (error: unknown): boolean =>
  (error as { data?: { code?: unknown } | null } | null)?.data?.code === 'BAD_REQUEST'

/** Reports at a steady pace and at once when hurried, one report at a time. One that is lost is made up for by the next. */
export function startReporter({ client, collect, log, intervalMs = 2000 }: ReporterOptions): Reporter {
  let timer: NodeJS.Timeout | undefined
  let reporting = false
  let hurried = false
  let failing = false
  let closed = false

  async function report(): Promise<void> {
    clearTimeout(timer)
    reporting = true
    hurried = false
    try {
      await client.report(await collect())
      failing = false
    } catch (error) {
      // That the control plane is away is said by the one who follows it; this says what else may be wrong, once.
      if (!failing) log[isRefusal(error) ? 'warn' : 'debug']({ err: error }, 'report not taken')
      failing = true
    }
    reporting = false
    if (!closed) timer = setTimeout(report, hurried && !failing ? 0 : intervalMs)
  }

  void report()
  return {
    hurry() {
      hurried = true
      if (!reporting && !closed) void report()
    },
    close() {
      closed = true
      clearTimeout(timer)
    },
  }
}
