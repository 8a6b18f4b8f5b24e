import type { NodeHealth } from '../health/node-health.ts'
import type { BreakerStatus, TargetState, UpstreamState, WorkerState } from '../traffic/traffic.ts'
import type { Counters } from './counters.ts'
import type { LeavingView, TargetView, UpstreamView } from './node-state.ts'

interface View {
  readonly traffic: Pick<WorkerState, 'upstreams' | 'leaving'>
}

/** Adds up the upstreams of all workers, in the order of the configuration. */
export function describeUpstreams(
  workers: readonly View[],
  counters: Pick<Counters, 'of'>,
  health: Pick<NodeHealth, 'describeTarget' | 'describeUpstream'>,
  startedAt: string,
): UpstreamView[] {
  const upstreams = new Map<string, UpstreamState[]>()
  for (const upstream of workers.flatMap(({ traffic }) => traffic.upstreams)) {
    const beside = upstreams.get(upstream.id)
    if (beside) beside.push(upstream)
    else upstreams.set(upstream.id, [upstream])
  }
  return [...upstreams].flatMap(([id, [first, ...others]]) => {
    if (!first) return []
    const all = [first, ...others]
    const { tier, noneEligible, fairness } = health.describeUpstream(id) ?? { ...first, fairness: null }
    const breaker = worstBreaker(all)
    const targets = groupTargets(all).map((states) => describeTarget(id, states, counters, health, startedAt))
    return { id, strategy: first.strategy, tier, noneEligible, breaker, fairness, targets }
  })
}

/** Adds up what targets are still serving that the configuration names no more. */
export function describeLeaving(workers: readonly View[]): LeavingView[] {
  const sums = new Map<string, LeavingView>()
  for (const { upstream, id, url, inFlight, tunnels, drainLeftMs } of workers.flatMap(
    ({ traffic }) => traffic.leaving,
  )) {
    const key = `${upstream} ${id} ${url}`
    const sum = sums.get(key)
    sums.set(key, {
      ...{ upstream, id, url },
      inFlight: inFlight + (sum?.inFlight ?? 0),
      tunnels: tunnels + (sum?.tunnels ?? 0),
      drainLeftMs: longer(drainLeftMs, sum?.drainLeftMs ?? null),
    })
  }
  return [...sums.values()]
}

/** The states of each target, one for each worker that has it. */
function groupTargets(upstreams: readonly UpstreamState[]): [TargetState, ...TargetState[]][] {
  const groups = new Map<string, [TargetState, ...TargetState[]]>()
  for (const target of upstreams.flatMap(({ targets }) => targets)) {
    const group = groups.get(target.id)
    if (group) group.push(target)
    else groups.set(target.id, [target])
  }
  return [...groups.values()]
}

function describeTarget(
  upstream: string,
  states: readonly [TargetState, ...TargetState[]],
  counters: Pick<Counters, 'of'>,
  health: Pick<NodeHealth, 'describeTarget'>,
  startedAt: string,
): TargetView {
  const [first] = states
  const sum = (read: (state: TargetState) => number) => states.reduce((total, state) => total + read(state), 0)
  const eligibleWorkers = states.filter(({ eligible }) => eligible).length
  const effectiveWeight = rounded(sum((state) => state.effectiveWeight) / states.length)
  const picked = { effectiveWeight, eligibleWorkers }
  const latencies = states.flatMap(({ latencyMs }) => latencyMs ?? [])
  const latencyMs =
    latencies.length === 0 ? null : rounded(latencies.reduce((total, ms) => total + ms, 0) / latencies.length)
  return {
    ...first,
    ...picked,
    eligible: eligibleWorkers > 0,
    latencyMs,
    drainLeftMs: states.reduce<number | null>((most, state) => longer(most, state.drainLeftMs), null),
    inFlight: sum((state) => state.inFlight),
    connections: sum((state) => state.connections),
    tunnels: sum((state) => state.tunnels),
    ...counters.of(upstream, first.id),
    health: health.describeTarget(upstream, first.id, first.url, picked) ?? {
      state: 'unknown',
      since: startedAt,
      ...picked,
    },
  }
}

const badness: Record<BreakerStatus, number> = { closed: 0, 'half-open': 1, open: 2 }

function worstBreaker(upstreams: readonly UpstreamState[]): UpstreamView['breaker'] {
  const breakers = upstreams.flatMap(({ breaker }) => breaker ?? [])
  const [first] = breakers
  if (!first) return null
  return {
    state: breakers.reduce((worst, { state }) => (badness[state] > badness[worst] ? state : worst), first.state),
    openWorkers: breakers.filter(({ state }) => state === 'open').length,
    inFlight: breakers.reduce((total, { inFlight }) => total + inFlight, 0),
    pending: breakers.reduce((total, { pending }) => total + pending, 0),
  }
}

const longer = (a: number | null, b: number | null): number | null => (a === null || (b !== null && b > a) ? b : a)
const rounded = (value: number): number => Math.round(value * 1000) / 1000
