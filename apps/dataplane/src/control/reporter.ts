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
  /** This one has arrived. True when there is more to tell than it could hold. */
  readonly onArrived: (report: Report) => boolean
  readonly log: Log
  /** @default 2000 */
  readonly intervalMs?: number
}

/** Reports are so far apart at least, whatever happens; and while the control plane does not take them. */
const shortestMs = 100
const shortestFailingMs = 1000
/** A report of many targets takes its time: no more than this part of the time is spent on those that are hurried. */
const hurriedShare = 0.25

/** Whether the control plane itself said no, as one of another version may. */
const isRefusal = (error: unknown): boolean =>
  (error as { data?: { code?: unknown } | null } | null)?.data?.code === 'BAD_REQUEST'

/** Reports at a steady pace and soon when hurried, one report at a time. One that is lost is made up for by the next. */
export function startReporter({ client, collect, onArrived, log, intervalMs = 2000 }: ReporterOptions): Reporter {
  let timer: NodeJS.Timeout | undefined
  let reporting = false
  let hurried = false
  let failing = false
  let closed = false
  let last = Number.NEGATIVE_INFINITY
  let tookMs = 0

  async function report(): Promise<void> {
    clearTimeout(timer)
    reporting = true
    hurried = false
    last = performance.now()
    try {
      const collected = await collect()
      await client.report(collected)
      failing = false
      hurried = onArrived(collected) || hurried
    } catch (error) {
      // That the control plane is away is said by the one who follows it; this says what else may be wrong, once.
      if (!failing) log[isRefusal(error) ? 'warn' : 'debug']({ err: error }, 'report not taken')
      failing = true
    }
    reporting = false
    tookMs = performance.now() - last
    if (closed) return
    if (hurried) reportSoon()
    else timer = setTimeout(report, intervalMs)
  }
  function reportSoon(): void {
    clearTimeout(timer)
    const apartMs = Math.max(failing ? shortestFailingMs : shortestMs, Math.min(intervalMs, tookMs / hurriedShare))
    timer = setTimeout(report, Math.max(0, last + apartMs - performance.now()))
  }

  void report()
  return {
    hurry() {
      if (hurried) return
      hurried = true
      if (!reporting && !closed) reportSoon()
    },
    close() {
      closed = true
      clearTimeout(timer)
    },
  }
}
