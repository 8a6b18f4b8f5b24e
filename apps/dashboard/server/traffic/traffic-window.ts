import type { Report } from '@switchyard/core/node-protocol'
import { silentAfterMs } from '../nodes/node-registry.ts'
import type { TargetSummary, TrafficSummary } from './traffic-summary.ts'

/**
 * The last minute of traffic. Nodes report counters that only grow while their `instance` lives; kept is what was
 * added, in slots of 2 s, so that a lost report loses nothing and a restart of a node begins at 0 again.
 */
export interface TrafficWindow {
  /** Gives the attempts that there were at each target since the node's report before, by upstream and target. */
  heard(report: Report, now: number): Map<string, Map<string, number>>
  forget(node: string): void
  summary(now: number): TrafficSummary
}

const windowMs = 60_000
const slotMs = 2000

type Count = { requests: number; failures: number }
type Targets = Report['targets']

/** One name has one instance, unless two nodes are given the same one; then what they did adds up. */
const maxInstances = 4

interface NodeTraffic {
  heardAt: number
  /** As last reported, by instance; the one heard last comes last. */
  reported: Map<string, Targets>
  /** What was added, oldest first; at most one slot for every 2 s of the window. */
  slots: { at: number; added: Map<string, Count> }[]
}

/** Ids are slugs, so that no id holds the space. */
const keyOf = ({ upstream, target }: { upstream: string; target: string }): string => `${upstream} ${target}`

export function createTrafficWindow(): TrafficWindow {
  const nodes = new Map<string, NodeTraffic>()
  let firstAt: number | undefined

  return {
    heard(report, now) {
      // Later than now is what was noted before the clock was put back.
      firstAt = Math.min(firstAt ?? now, now)
      const before = nodes.get(report.node)
      // Of a node never heard before, it is not known when its counters grew.
      const base = before ? (before.reported.get(report.instance) ?? []) : report.targets
      const slots = (before?.slots ?? []).filter(({ at }) => at > now - windowMs && at <= now)
      const added = increase(base, report.targets)
      addTo(slots, now, added)
      nodes.set(report.node, { heardAt: now, reported: withLatest(before?.reported, report), slots })
      return attemptsOf(added)
    },

    forget: (node) => nodes.delete(node),

    summary(now) {
      const targets = new Map<string, TargetSummary>()
      const targetOf = (key: string): TargetSummary => {
        const known = targets.get(key)
        if (known) return known
        const none = { requests: 0, share: 0, requestsPerSecond: 0, failures: 0, inFlight: 0, tunnels: 0 }
        targets.set(key, none)
        return none
      }
      for (const { slots, reported, heardAt } of nodes.values()) {
        for (const { at, added } of slots) {
          if (at <= now - windowMs || at > now) continue
          for (const [key, count] of added) {
            const sum = targetOf(key)
            sum.requests += count.requests
            sum.failures += count.failures
          }
        }
        if (now - heardAt > silentAfterMs) continue
        for (const target of [...reported.values()].at(-1) ?? []) {
          const sum = targetOf(keyOf(target))
          sum.inFlight += target.inFlight
          sum.tunnels += target.tunnels
        }
      }
      const covered = Math.min(windowMs, Math.max(slotMs, now - (firstAt ?? now)))
      return { windowMs, upstreams: byUpstream(targets, covered / 1000) }
    },
  }
}

function withLatest(before: NodeTraffic['reported'] | undefined, { instance, targets }: Report) {
  const others = [...(before ?? [])].filter(([one]) => one !== instance)
  return new Map([...others, [instance, targets] as const].slice(-maxInstances))
}

/** What each target's counters grew by. A counter that went back began again. */
function increase(before: Targets, after: Targets): Map<string, Count> {
  const base = new Map(before.map((target) => [keyOf(target), target]))
  const added = new Map<string, Count>()
  for (const target of after) {
    const key = keyOf(target)
    const from = base.get(key)
    const began = !from || target.requests < from.requests || target.failures < from.failures
    const requests = target.requests - (began ? 0 : from.requests)
    const failures = target.failures - (began ? 0 : from.failures)
    if (requests > 0 || failures > 0) added.set(key, { requests, failures })
  }
  return added
}

function attemptsOf(added: Map<string, Count>): Map<string, Map<string, number>> {
  const attempts = new Map<string, Map<string, number>>()
  for (const [key, { requests }] of added) {
    const [upstream = '', target = ''] = key.split(' ')
    const byTarget = attempts.get(upstream) ?? new Map<string, number>()
    attempts.set(upstream, byTarget.set(target, requests))
  }
  return attempts
}

/** Reports also come at once on a change: those within 2 s share a slot, so that the number of slots is bounded. */
function addTo(slots: NodeTraffic['slots'], now: number, added: Map<string, Count>): void {
  if (added.size === 0) return
  const newest = slots.at(-1)
  if (!newest || now - newest.at >= slotMs) {
    slots.push({ at: now, added })
    return
  }
  for (const [key, { requests, failures }] of added) {
    const sum = newest.added.get(key) ?? { requests: 0, failures: 0 }
    newest.added.set(key, { requests: sum.requests + requests, failures: sum.failures + failures })
  }
}

function byUpstream(targets: Map<string, TargetSummary>, seconds: number): TrafficSummary['upstreams'] {
  const upstreams = new Map<string, [string, TargetSummary][]>()
  for (const [key, summary] of targets) {
    const [upstream = '', target = ''] = key.split(' ')
    const list = upstreams.get(upstream) ?? []
    list.push([target, summary])
    upstreams.set(upstream, list)
  }
  const entries = [...upstreams].map(([upstream, list]) => {
    const requests = list.reduce((sum, [, target]) => sum + target.requests, 0)
    for (const [, target] of list) {
      target.share = requests === 0 ? 0 : target.requests / requests
      target.requestsPerSecond = target.requests / seconds
    }
    return [upstream, { requestsPerSecond: requests / seconds, targets: Object.fromEntries(list) }] as const
  })
  return Object.fromEntries(entries)
}
