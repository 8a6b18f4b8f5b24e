import type { Look } from '../health/node-health.ts'
import type { Counters } from './counters.ts'
import type { WorkerView } from './node-state.ts'

/**
 * What the workers serve, for whoever judges targets by it.
 *
 * @param workers how many can be asked: of one that has not answered yet, nothing can be said
 */
export function lookOf(
  views: readonly Pick<WorkerView, 'askedAt' | 'traffic'>[],
  workers: number,
  counters: Pick<Counters, 'of'>,
): Look | undefined {
  if (views.length < workers || views.length === 0) return undefined
  const inHand = new Map<string, number>()
  for (const { traffic } of views) {
    for (const { id: upstream, targets } of traffic.upstreams) {
      for (const { id, url, inFlight, tunnels } of targets) add(inHand, `${upstream} ${id} ${url}`, inFlight + tunnels)
    }
    for (const { upstream, id, url, inFlight, tunnels } of traffic.leaving) {
      add(inHand, `${upstream} ${id} ${url}`, inFlight + tunnels)
    }
  }
  return {
    askedAt: Math.min(...views.map(({ askedAt }) => askedAt)),
    inHand: (key) => inHand.get(key) ?? 0,
    requests: (upstream, target) => counters.of(upstream, target).requests,
  }
}

function add(sums: Map<string, number>, key: string, more: number): void {
  sums.set(key, (sums.get(key) ?? 0) + more)
}
