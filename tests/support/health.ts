import type { TargetHealth } from '@switchyard/core/node-protocol'
import type { TargetEvent } from '@switchyard/core/target-events'
import type { DataPlane } from './product.ts'

/** What `/state` says of targets and upstreams, as far as these tests look. */
export interface UpstreamView {
  id: string
  tier: number
  noneEligible: string | null
  breaker: { state: string } | null
  fairness: number | null
  targets: {
    id: string
    weight: number
    effectiveWeight: number
    requests: number
    inFlight: number
    tunnels: number
    ramp: number
    health: TargetHealth
  }[]
}

export async function upstreamOf(node: DataPlane, id: string): Promise<UpstreamView> {
  const state = await node.state()
  const found = (state['upstreams'] as UpstreamView[]).find((upstream) => upstream.id === id)
  if (!found) throw new Error(`the node has no upstream ${id}`)
  return found
}

export async function targetOf(node: DataPlane, upstream: string, id: string) {
  const found = (await upstreamOf(node, upstream)).targets.find((target) => target.id === id)
  if (!found) throw new Error(`the node has no target ${id} in ${upstream}`)
  return found
}

/** What happened at a node to an upstream or one of its targets, oldest first. */
export async function eventsOf(node: DataPlane, upstream: string, target?: string): Promise<TargetEvent[]> {
  const state = await node.state()
  return (state['events'] as TargetEvent[])
    .filter((event) => event.upstream === upstream && event.target === target)
    .sort((a, b) => a.seq - b.seq)
}

export const typesOf = (events: readonly TargetEvent[]): string[] => events.map(({ type }) => type)
