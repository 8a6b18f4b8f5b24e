import type { Balancer, PickRequest, Target } from '../balancers/contract.ts'
import { createBalancer, predictShares } from '../balancers/create.ts'
import type { Route } from '../config/model.ts'
import type { ExplainedForward } from './explanation.ts'

/** Smooth, so that the shares are exact over any short run; an upstream is not given up for failing. */
const strategy = { type: 'weighted-round-robin', maxFails: 0 } as const
const noRequest: PickRequest = { clientIp: '', host: '', url: '', header: () => undefined }

/** How a route finds its upstream. */
export interface UpstreamChoice {
  readonly split: ExplainedForward['split']
  /** The id of the upstream whose turn it is; undefined when there is none. */
  choose(): string | undefined
}

export function createUpstreamChoice(
  { forward }: Pick<Route, 'forward'>,
  services: { random(): number; readonly start: number },
): UpstreamChoice {
  if (forward === undefined) return { split: [], choose: () => undefined }
  if ('upstream' in forward) return { split: [], choose: () => forward.upstream }
  const parts = forward.split.map(({ upstream, weight }) => partOf(upstream, weight))
  const balancer: Balancer = createBalancer(strategy, parts, services)
  const shares = predictShares(
    strategy,
    forward.split.map(({ upstream, weight }) => ({ id: upstream, url: '', weight })),
  )
  return {
    split: forward.split.map((part, index) => ({ ...part, share: shares[index] ?? 0 })),
    choose: () => balancer.pick(noRequest, () => true)?.id,
  }
}

/** An upstream as one that takes its turn. */
function partOf(id: string, weight: number): Target {
  return { id, host: '', port: '', weight, ramp: 1, inFlight: 0, latencyMs: Number.NaN }
}
