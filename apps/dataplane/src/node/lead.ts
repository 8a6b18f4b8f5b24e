import { createHash } from 'node:crypto'

/**
 * How far the workers of this node begin ahead of where those of others do, so that nodes do not all send their first
 * requests to the same targets: a part of the way to where the next worker begins, the same for the same name. One worker
 * alone begins where nginx begins.
 */
export function leadOf(node: string, workers: number): number {
  return workers === 1 ? 0 : createHash('sha256').update(node).digest().readUInt32BE() / 2 ** 32
}
