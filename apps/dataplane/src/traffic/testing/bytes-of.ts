import { createHash } from 'node:crypto'

/** Bytes that look random, and are the same for the same seed and length. */
export function bytesOf(seed: number, length: number): Buffer {
  if (length === 0) return Buffer.alloc(0)
  return createHash('shake256', { outputLength: length }).update(`${seed} ${length}`).digest()
}
