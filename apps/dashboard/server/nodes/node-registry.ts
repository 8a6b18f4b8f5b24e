import type { Log } from '@switchyard/core/middleware/contract'
import { type Report, reportSchema } from '@switchyard/core/node-protocol'
import { z } from 'zod'
import type { Database } from '../database/open.ts'
import type { Signals } from '../signals.ts'
import { storeReport } from './store-report.ts'

/** What is kept of a report: not the counters and health of thousands of targets, and not what happened to them. */
export type KeptReport = Omit<Report, 'targets' | 'upstreams' | 'events'>

/** Not strict: what the version before kept is understood too. */
const keptReportSchema = z.object(reportSchema.omit({ targets: true, upstreams: true, events: true }).shape)

/** A node as last heard. */
export interface KnownNode {
  readonly report: KeptReport
  /** Milliseconds since 1970. */
  readonly lastHeardAt: number
}

/**
 * What nodes said, in memory, with a copy in the database for the next start. Signals `nodes` when something about a
 * node changed: what it serves, its outcome, its workers or listeners, or that it fell silent.
 */
export interface NodeRegistry {
  /** Brings back what was stored. */
  load(): Promise<void>
  /** False for one node more than are kept. */
  heard(report: Report): Promise<boolean>
  list(): KnownNode[]
  get(name: string): KnownNode | undefined
  forget(name: string): void
  close(): void
}

/** A node silent for longer is *unknown*. */
export const silentAfterMs = 10_000

/** When it was last heard is written at most this often; outcomes are written at once. */
const storeEveryMs = 5000

/** A node token could report under any number of names. */
const maxNodes = 1000

interface Entry {
  report: KeptReport
  lastHeardAt: number
  storedAt: number
  silent: boolean
  /** Two nodes report under this name. */
  shared: boolean
}

export function createNodeRegistry({
  db,
  log,
  signals,
  now,
}: {
  db: Database
  log: Log
  signals: Signals
  now(): number
}): NodeRegistry {
  const nodes = new Map<string, Entry>()
  let full = false

  const watchSilence = setInterval(() => {
    for (const node of nodes.values()) {
      // The clock was put back: what was heard before must not count as heard for all that time.
      node.lastHeardAt = Math.min(node.lastHeardAt, now())
      const silent = now() - node.lastHeardAt > silentAfterMs
      if (silent === node.silent) continue
      node.silent = silent
      log.warn({ node: node.report.node, lastHeardAt: new Date(node.lastHeardAt).toISOString() }, 'node fell silent')
      signals.emit('nodes')
    }
  }, 1000)

  return {
    async load() {
      for (const stored of await db.node.findMany({ take: maxNodes })) {
        const report = keptReportSchema.safeParse(stored.report)
        const lastHeardAt = stored.lastHeardAt.getTime()
        const silent = now() - lastHeardAt > silentAfterMs
        if (report.success) {
          const entry = { report: report.data, lastHeardAt, storedAt: lastHeardAt, silent, shared: false }
          nodes.set(stored.name, entry)
        } else log.warn({ node: stored.name }, 'the stored report of a node is not understood')
      }
    },

    async heard({ targets: _targets, upstreams: _upstreams, events: _events, ...report }) {
      const before = nodes.get(report.node)
      if (!before && nodes.size >= maxNodes) {
        if (!full) log.warn({ node: report.node, maxNodes }, 'there are too many nodes; this one is not kept')
        full = true
        return false
      }
      const shared = before?.shared || isOlder(report, before?.report)
      if (shared && !before?.shared) {
        log.warn({ node: report.node }, 'two nodes report under one name; give each its own with --node')
      }
      const at = now()
      const changed = !before || before.silent || said(before.report) !== said(report)
      const outcomeIsNew = JSON.stringify(before?.report.outcome) !== JSON.stringify(report.outcome)
      const storedAt = before?.storedAt ?? 0
      const store = outcomeIsNew || Math.abs(at - storedAt) > storeEveryMs
      nodes.set(report.node, { report, lastHeardAt: at, storedAt: store ? at : storedAt, silent: false, shared })
      if (store) await storeReport(db, at, report, outcomeIsNew)
      if (changed) signals.emit('nodes')
      return true
    },

    list: () => [...nodes.values()].sort((a, b) => (a.report.node < b.report.node ? -1 : 1)),
    get: (name) => nodes.get(name),
    forget(name) {
      nodes.delete(name)
      full = false
      signals.emit('nodes')
    },
    close: () => clearInterval(watchSilence),
  }
}

/** An instance is followed by one that started later; an older one that speaks again runs beside it. */
const isOlder = (report: KeptReport, before: KeptReport | undefined): boolean =>
  before !== undefined && before.instance !== report.instance && report.startedAt < before.startedAt

/** Everything about a node that its watchers see change, but not the number of its connections. */
function said({ instance, serving, outcome, workers, listeners }: KeptReport): string {
  return JSON.stringify([
    instance,
    serving,
    outcome,
    workers,
    listeners.map(({ id, address, port }) => [id, address, port]),
  ])
}
