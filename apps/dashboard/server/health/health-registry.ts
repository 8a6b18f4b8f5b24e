import type { Config } from '@switchyard/core/config/model'
import type { Report } from '@switchyard/core/node-protocol'
import { silentAfterMs } from '../nodes/node-registry.ts'
import type { Signals } from '../signals.ts'
import { createExpectation } from './expected-shares.ts'
import { FairnessWindow } from './fairness-window.ts'
import { type NodeWord, summarizeHealth } from './health-summary.ts'
import type { HealthSummary } from './health-view.ts'
import { saysTheSame } from './same-health.ts'

/**
 * What nodes say of the health of targets, in memory alone: after a restart it comes with their next reports. Signals
 * `health` when it changes, at most a few times a second.
 */
export interface HealthRegistry {
  /**
   * @param attempts how many there were at each target since the node's report before
   * @param config what serves, if it is known
   */
  heard(report: Report, attempts: Attempts, config: ServingConfig | undefined, now: number): void
  forget(node: string): void
  /** What nodes that are not silent say. The same object for all who ask at about the same time. */
  summary(now: number): HealthSummary
  close(): void
}

/** By upstream and target. */
export type Attempts = ReadonlyMap<string, ReadonlyMap<string, number>>

export interface ServingConfig {
  readonly hash: string
  readonly config: Config
}

/** How long a summary is good for while nothing happens but traffic. */
const freshMs = 1000

/** Watchers are told of changes at most this often. */
const signalEveryMs = 200

interface Heard extends NodeWord {
  readonly heardAt: number
}

export function createHealthRegistry(signals: Signals): HealthRegistry {
  const nodes = new Map<string, Heard>()
  const fairness = new Map<string, FairnessWindow>()
  let serving: Config | undefined
  let latest: { readonly madeAt: number; readonly goodUntil: number; readonly summary: HealthSummary } | undefined
  let quiet: NodeJS.Timeout | undefined
  let waiting = false

  /** At once, and for what changes in the moment after, at its end. */
  const signal = () => {
    latest = undefined
    if (quiet) {
      waiting = true
      return
    }
    signals.emit('health')
    quiet = setTimeout(() => {
      quiet = undefined
      if (!waiting) return
      waiting = false
      signal()
    }, signalEveryMs).unref()
  }

  const addFairness = (report: Report, attempts: Attempts, config: Config, now: number) => {
    const expected = createExpectation(config, report)
    for (const [upstream, byTarget] of attempts) {
      const shares = expected(upstream)
      if (!shares) continue
      const window = fairness.get(upstream) ?? new FairnessWindow()
      fairness.set(upstream, window)
      window.add(byTarget, shares, now)
    }
  }

  return {
    heard(report, attempts, head, now) {
      const { node, targets, upstreams } = report
      const before = nodes.get(node)
      nodes.set(node, { node, targets, upstreams, heardAt: now })
      // Of another revision than the newest it is not known here what is expected.
      if (head && head.hash === report.serving?.hash && attempts.size > 0) {
        addFairness(report, attempts, head.config, now)
      }
      for (const [upstream, window] of fairness) if (window.isEmpty(now)) fairness.delete(upstream)
      serving = head?.config
      const wasSilent = before !== undefined && now - before.heardAt > silentAfterMs
      if (!before || wasSilent || !saysTheSame(before, { targets, upstreams })) signal()
    },

    forget(node) {
      if (nodes.delete(node)) signal()
    },

    summary(now) {
      if (latest && now >= latest.madeAt && now < latest.goodUntil) return latest.summary
      const heard = [...nodes.values()].filter(({ heardAt }) => Math.abs(now - heardAt) <= silentAfterMs)
      heard.sort((a, b) => (a.node < b.node ? -1 : 1))
      const drained = drainedIn(serving)
      const summary = summarizeHealth(heard, {
        fairness: (upstream) => fairness.get(upstream)?.at(now) ?? null,
        drains: (upstream, target) => drained.has(`${upstream} ${target}`),
      })
      // No later than the first of them falls silent.
      const goodUntil = heard.reduce((at, { heardAt }) => Math.min(at, heardAt + silentAfterMs + 1), now + freshMs)
      latest = { madeAt: now, goodUntil, summary }
      return summary
    },

    close: () => clearTimeout(quiet),
  }
}

/** Ids are slugs, so that no id holds the space. */
function drainedIn(config: Config | undefined): Set<string> {
  const drained = new Set<string>()
  for (const { id, targets } of config?.upstreams ?? []) {
    for (const target of targets) if (target.drain) drained.add(`${id} ${target.id}`)
  }
  return drained
}
