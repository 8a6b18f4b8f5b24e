import { createHash } from 'node:crypto'

/** A prime length, so that a piece that is lost, doubled or in another place never goes unseen. */
const block = Buffer.alloc(65_521)
for (let i = 0; i < block.length; i++) block[i] = (i * 31 + (i >> 8) * 17 + (i >> 3)) & 0xff
const twice = Buffer.concat([block, block])

/** The bytes of every large body of these tests, beginning at a place in it. At most 64 KiB at a time; not to be changed. */
export function patternAt(offset: number, length: number): Buffer {
  const from = offset % block.length
  return twice.subarray(from, from + Math.min(length, block.length))
}

/** The checksum of so much of it. */
export function patternSum(bytes: number): string {
  const hash = createHash('sha256')
  for (let at = 0; at < bytes; ) {
    const part = patternAt(at, bytes - at)
    hash.update(part)
    at += part.length
  }
  return hash.digest('hex')
}
