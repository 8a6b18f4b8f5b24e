import { randomFillSync } from 'node:crypto'

/** Names requests, traces and spans. Random: no two nodes ever make the same. */
export interface Ids {
  /** 32 lower-case hexadecimal digits, for a request and the trace that begins with it. */
  next(): string
  /** 16 lower-case hexadecimal digits. */
  span(): string
}

const poolBytes = 4096
/**
 * So many ids are written at once: making one alone costs four times as much. They are slices of one text, which the
 * last of them keeps in memory, so it is short.
 */
const idsAtOnce = 8

/** Bytes of a cryptographic generator, fetched in bulk. */
export function createIds(): Ids {
  const pool = Buffer.allocUnsafeSlow(poolBytes)
  let used = poolBytes
  const digits = (bytes: number): string => {
    if (used + bytes > poolBytes) {
      randomFillSync(pool)
      used = 0
    }
    used += bytes
    return pool.toString('hex', used - bytes, used)
  }
  const cut = (length: number) => {
    let text = ''
    let at = 0
    return (): string => {
      if (at === text.length) {
        text = digits((idsAtOnce * length) / 2)
        at = 0
      }
      at += length
      return text.slice(at - length, at)
    }
  }
  return { next: cut(32), span: cut(16) }
}
