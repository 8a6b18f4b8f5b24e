/** The CRC-32 of zlib and nginx (reflected, polynomial 0xEDB88320), one table of 256 entries. */
const table = Int32Array.from({ length: 256 }, (_, byte) => {
  let crc = byte
  for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1
  return crc
})

/**
 * The state before the first byte. States are signed 32-bit integers: V8 keeps those without allocating, which it
 * does not promise for unsigned ones.
 */
export const crc32Start = -1

/** Adds one byte, 0 to 255. */
export function crc32Byte(state: number, byte: number): number {
  return (table[(state ^ byte) & 0xff] as number) ^ (state >>> 8)
}

/** Adds a 32-bit integer, its lowest byte first. */
export function crc32Integer(state: number, integer: number): number {
  return crc32Byte(
    crc32Byte(crc32Byte(crc32Byte(state, integer & 0xff), (integer >>> 8) & 0xff), (integer >>> 16) & 0xff),
    integer >>> 24,
  )
}

/**
 * Adds the part of a text between two positions. A character is a byte, as in the heads that Node's parser gives
 * (Latin-1); one beyond 255 counts as two, the higher first.
 */
export function crc32Text(state: number, text: string, start = 0, end = text.length): number {
  let crc = state
  for (let i = start; i < end; i++) {
    const code = text.charCodeAt(i)
    if (code > 0xff) crc = crc32Byte(crc, code >>> 8)
    crc = (table[(crc ^ code) & 0xff] as number) ^ (crc >>> 8)
  }
  return crc
}

/** The checksum that a state stands for, as a signed 32-bit integer; `>>> 0` gives the usual unsigned one. */
export function crc32End(state: number): number {
  return ~state
}
