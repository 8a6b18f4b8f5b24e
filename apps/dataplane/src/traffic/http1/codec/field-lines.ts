import type { FieldName } from './field-names.ts'
import { nameAt } from './name-table.ts'

const cr = 0x0d
const lf = 0x0a
const space = 0x20
const tab = 0x09

const noName: FieldName = { lower: '', spelled: '', lead: '', roles: 0 }

/** Zero bytes behind the text, so that a word may be read at its last byte and every search ends. */
const slack = 8

/**
 * A head as bytes, and its lines as fields. Bytes are looked at four at a time, as words: a loop over single ones takes
 * four times as long, and this is most of what there is to do for a request.
 *
 * One is made for each place of use and used for one head after the other.
 */
export class FieldLines {
  /** Of the line that was read last. */
  name: FieldName = noName
  value = ''
  /** Where the next line begins; after the last one, the index behind the empty line. */
  at = 0
  /** Where the line that was read last has its colon. */
  #colon = 0
  #text = ''
  #bytes = Buffer.alloc(4096)
  #view = viewOf(this.#bytes)

  /** @param text latin1 */
  open(text: string, at: number): void {
    if (text.length + slack > this.#bytes.length) {
      this.#bytes = Buffer.alloc(2 ** Math.ceil(Math.log2(text.length + slack)))
      this.#view = viewOf(this.#bytes)
    }
    this.#bytes.write(text, 'latin1')
    this.#view.setFloat64(text.length, 0)
    this.#text = text
    this.at = at
  }

  /** Lets go of the text. */
  close(): void {
    this.#text = ''
    this.value = ''
  }

  byteAt(index: number): number {
    return this.#bytes[index] as number
  }

  /**
   * Reads the next line (RFC 9112, 5): `name: value`, ended by CR LF.
   *
   * @returns 1 for a field, 0 for the empty line, -1 when it is neither or the text ends
   */
  next(): 1 | 0 | -1 {
    const bytes = this.#bytes
    const start = this.at
    const nameEnd = this.#findColon(start)
    if (nameEnd < 0) return this.#emptyLine(start)
    const name = nameAt(this.#text, bytes, this.#view, start, nameEnd)
    if (name === undefined) return this.#emptyLine(start)

    let from = nameEnd + 1
    while (bytes[from] === space || bytes[from] === tab) from++
    const lineEnd = this.endOfValue(from)
    if (bytes[lineEnd] !== cr || bytes[lineEnd + 1] !== lf) return -1
    let to = lineEnd
    while (to > from && (bytes[to - 1] === space || bytes[to - 1] === tab)) to--

    this.at = lineEnd + 2
    this.#colon = nameEnd
    this.name = name
    this.value = this.#text.slice(from, to)
    return 1
  }

  /** A tab stands before, in or behind the value: llhttp takes `chunked\t` for no coding, and `close\t` for no option. */
  get tabbed(): boolean {
    for (let i = this.#colon; i < this.at; i++) if (this.#bytes[i] === tab) return true
    return false
  }

  #emptyLine(start: number): 0 | -1 {
    if (this.#bytes[start] !== cr || this.#bytes[start + 1] !== lf) return -1
    this.at = start + 2
    return 0
  }

  /** The index of the first colon from `start` on, or -1. */
  #findColon(start: number): number {
    const view = this.#view
    const end = this.#text.length
    for (let i = start; i < end; i += 4) {
      // A byte that is a colon becomes zero, and the lowest zero byte sets its highest bit.
      const word = view.getInt32(i, true) ^ 0x3a3a3a3a
      const zeros = (word - 0x01010101) & ~word & 0x80808080
      if (zeros !== 0) return i + ((31 - Math.clz32(zeros & -zeros)) >>> 3)
    }
    return -1
  }

  /** The index of the first byte from `start` on that may not stand in a value: a control byte, but not a tab. */
  endOfValue(start: number): number {
    const view = this.#view
    const bytes = this.#bytes
    for (let i = start; ; ) {
      const word = view.getInt32(i, true)
      // A byte below 0x20 borrows and 0x7f carries into its highest bit; 0xff, too, may carry into the one behind it.
      const suspects = ((word - 0x20202020) | (word + 0x01010101)) & ~word & 0x80808080
      if (suspects === 0) {
        i += 4
        continue
      }
      i += (31 - Math.clz32(suspects & -suspects)) >>> 3
      const byte = bytes[i] as number
      if (byte < 0x20 ? byte !== tab : byte === 0x7f) return i
      i++
    }
  }
}

function viewOf(bytes: Buffer): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}
