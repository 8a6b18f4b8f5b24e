import { byteClass, tokenByte, valueByte } from './characters.ts'
import { type FieldName, fieldName } from './field-names.ts'

const cr = 0x0d
const lf = 0x0a
const space = 0x20
const tab = 0x09
const colon = 0x3a

const noName = fieldName('host')

/** Reads field lines one after the other (RFC 9112, 5): `name: value`, each ended by CR LF, up to an empty line. */
export class FieldLines {
  /** Of the line that was read last. */
  name: FieldName = noName
  value = ''
  /** Where the next line begins; after the last one, the index behind the empty line. */
  at = 0
  #text = ''

  begin(text: string, at: number): void {
    this.#text = text
    this.at = at
  }

  /** Lets go of the text. */
  end(): void {
    this.#text = ''
    this.value = ''
  }

  /** @returns 1 for a field, 0 for the empty line, -1 when it is neither or the text ends */
  next(): 1 | 0 | -1 {
    const text = this.#text
    const start = this.at
    let i = start
    let code = text.charCodeAt(i)
    while (code <= 0xff && ((byteClass[code] as number) & tokenByte) !== 0) code = text.charCodeAt(++i)
    if (code !== colon || i === start) {
      if (i !== start || code !== cr || text.charCodeAt(i + 1) !== lf) return -1
      this.at = i + 2
      return 0
    }
    const nameEnd = i
    do code = text.charCodeAt(++i)
    while (code === space || code === tab)
    const valueStart = i
    while (code <= 0xff && ((byteClass[code] as number) & valueByte) !== 0) code = text.charCodeAt(++i)
    if (code !== cr || text.charCodeAt(i + 1) !== lf) return -1
    this.at = i + 2
    let valueEnd = i
    while (valueEnd > valueStart) {
      code = text.charCodeAt(valueEnd - 1)
      if (code !== space && code !== tab) break
      valueEnd--
    }
    this.name = fieldName(text.slice(start, nameEnd))
    this.value = text.slice(valueStart, valueEnd)
    return 1
  }
}
