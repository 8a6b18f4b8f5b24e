import type { Outcome, Report } from '@switchyard/core/node-protocol'

/**
 * `applied`: serves the head revision. `rejected`: its latest word is that it cannot. `pending`: neither yet.
 * `unknown`: silent for more than 10 s, whatever it said before.
 */
export type NodeState = 'applied' | 'pending' | 'rejected' | 'unknown'

export interface NodeView {
  name: string
  version: string
  state: NodeState
  /** ISO 8601. */
  lastHeardAt: string
  secondsSinceHeard: number
  serving: Report['serving']
  /** Its latest word about a revision. */
  outcome: Outcome | null
  workers: Report['workers']
  listeners: Report['listeners']
  /** ISO 8601. */
  startedAt: string
}
