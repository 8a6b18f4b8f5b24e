import type { WrittenUpstream } from './predicted.ts'
import type { UpstreamHealth } from './trpc.ts'

/** Everything that shares depend on, as plain JSON: its text changes only when they may. */
export interface KnownUpstream {
  typed: WrittenUpstream
  health?: UpstreamHealth | undefined
  /** The weights that nodes have. */
  served: [id: string, weight: number][]
}
