/**
 * Makes of a 32-bit integer another one that looks drawn anew, each of exactly one: the finalizer of MurmurHash3
 * (`fmix32`, by Austin Appleby, in the public domain). Signed, as in crc32.ts.
 */
export function mix32(value: number): number {
  let mixed = value ^ (value >>> 16)
  mixed = Math.imul(mixed, 0x85ebca6b)
  mixed ^= mixed >>> 13
  mixed = Math.imul(mixed, 0xc2b2ae35)
  return mixed ^ (mixed >>> 16)
}
