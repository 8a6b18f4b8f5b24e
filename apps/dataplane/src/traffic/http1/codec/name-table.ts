import { byteClass, tokenByte } from './characters.ts'
import { type FieldName, fieldName, wellKnownNames } from './field-names.ts'

/** A name as it lies in a head: compared four bytes at a time, as little-endian words. */
interface Entry {
  readonly name: FieldName
  readonly length: number
  /** The first four bytes and the last four; of a shorter name what there is of it, twice. */
  readonly first: number
  readonly last: number
  /** The words from the first on; what stands behind the last full one is compared by `last`. */
  readonly words: Int32Array
}

const places = 2048
/** The well-known names: a name is at its own place or at one of the next. */
const fixed: (Entry | undefined)[] = new Array(places).fill(undefined)
/**
 * Names that were seen on the way, one to a place: a client that sends names nobody knows pushes others out, and the
 * memory stays bounded.
 */
const learned: (Entry | undefined)[] = new Array(places).fill(undefined)
/** What was met last at a place and is not learned yet: learning takes longer than making a name, and most come again. */
const met = new Int32Array(places)
/** A longer one is made anew each time. */
const learnedLength = 64

for (const name of wellKnownNames()) {
  const entry = entryOf(name)
  let place = mix(entry.first, entry.last, entry.length) & (places - 1)
  while (fixed[place] !== undefined) place = (place + 1) % places
  fixed[place] = entry
}

/** @returns the name that lies from `start` to before `end` of a text and its bytes; undefined when it is no token */
export function nameAt(text: string, bytes: Buffer, view: DataView, start: number, end: number): FieldName | undefined {
  const length = end - start
  if (length < 1) return undefined
  let first = view.getInt32(start, true)
  let last = first
  if (length < 4) {
    first &= (1 << (length * 8)) - 1
    last = first
  } else last = view.getInt32(end - 4, true)
  const mixed = mix(first, last, length)
  const place = mixed & (places - 1)
  for (let at = place; ; at = (at + 1) % places) {
    const entry = fixed[at]
    if (entry === undefined) break
    if (isAt(entry, view, start, length, first, last)) return entry.name
  }
  const entry = learned[place]
  if (entry !== undefined && isAt(entry, view, start, length, first, last)) return entry.name

  // Looked at first, since what is no name may be as long as the head.
  for (let i = start; i < end; i++) if (((byteClass[bytes[i] as number] as number) & tokenByte) === 0) return undefined
  if (length > learnedLength) return fieldName(text.slice(start, end))
  if (met[place] !== mixed) {
    met[place] = mixed
    return fieldName(text.slice(start, end))
  }
  // A text of its own: a slice of the head would keep all of the head in memory.
  const name = fieldName(bytes.toString('latin1', start, end))
  learned[place] = entryOf(name)
  return name
}

function isAt(entry: Entry, view: DataView, start: number, length: number, first: number, last: number): boolean {
  if (entry.first !== first || entry.last !== last || entry.length !== length) return false
  const { words } = entry
  for (let i = 1; i < words.length; i++) if (view.getInt32(start + i * 4, true) !== words[i]) return false
  return true
}

function entryOf(name: FieldName): Entry {
  const bytes = Buffer.alloc(name.spelled.length + 4)
  const length = bytes.write(name.spelled, 'latin1')
  const words = Int32Array.from({ length: length >> 2 }, (_, i) => bytes.readInt32LE(i * 4))
  const first = bytes.readInt32LE(0)
  return { name, length, first, last: length < 4 ? first : bytes.readInt32LE(length - 4), words }
}

function mix(first: number, last: number, length: number): number {
  const mixed = Math.imul(first ^ Math.imul(last, 0x9e3779b1) ^ length, 0x85ebca6b)
  return mixed ^ (mixed >>> 15)
}
