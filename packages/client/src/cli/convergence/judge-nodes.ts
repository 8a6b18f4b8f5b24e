import type { Problem } from '@switchyard/core/errors'
import type { NodeView } from '../outputs.ts'

/** How far one node is with a revision. `unknown`: it is silent, and nobody waits for it. */
export interface NodeProgress {
  name: string
  state: 'applied' | 'pending' | 'rejected' | 'unknown'
  /** Of *applied*: how long it took, in milliseconds; absent when it served the same content before. */
  ms?: number
  /** Of *rejected*. */
  code?: string
  message?: string
  problems?: Problem[]
  /** Of *unknown*. */
  silentSeconds?: number
}

/**
 * How far each node is with a revision. A node that serves the same content under another number serves it, and so
 * does one that has gone on to a newer revision, which it may do without a stop at this one.
 *
 * @param newer hashes of the revisions after this one
 */
export function judgeNodes(
  revision: { number: number; hash: string },
  newer: ReadonlySet<string>,
  nodes: readonly NodeView[],
): NodeProgress[] {
  return nodes.map((node) => ({ name: node.name, ...judge(revision, newer, node) }))
}

function judge(
  { number, hash }: { number: number; hash: string },
  newer: ReadonlySet<string>,
  { state, serving, outcome, secondsSinceHeard }: NodeView,
): Omit<NodeProgress, 'name'> {
  if (state === 'unknown') return { state: 'unknown', silentSeconds: secondsSinceHeard }
  if (serving !== null && (serving.hash === hash || newer.has(serving.hash))) {
    const took = outcome?.status === 'applied' && outcome.hash === hash && outcome.number === number
    return { state: 'applied', ...(took && { ms: outcome.ms }) }
  }
  const refuses = outcome?.status === 'rejected' && (outcome.number === number || newer.has(outcome.hash))
  if (!refuses) return { state: 'pending' }
  const { code, message, problems } = outcome
  return { state: 'rejected', code, message, problems }
}

/** Every node that speaks serves it, and there is one. */
export const isConverged = (nodes: readonly NodeProgress[]): boolean =>
  nodes.some(({ state }) => state === 'applied') &&
  nodes.every(({ state }) => state === 'applied' || state === 'unknown')

/** Waiting longer changes nothing. Where all are silent, or there is none, one may come. */
export const isDecided = (nodes: readonly NodeProgress[]): boolean =>
  nodes.some(({ state }) => state !== 'unknown') && nodes.every(({ state }) => state !== 'pending')
