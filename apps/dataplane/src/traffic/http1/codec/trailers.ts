import { HeaderList } from '@switchyard/core/http/header-list'
import { FieldLines } from './field-lines.ts'
import { role } from './field-names.ts'

/** The trailers of a body, in bytes with the empty line, and in number. */
const trailerBytes = 8192
const trailerFields = 100

const cr = 0x0d
const lf = 0x0a
const tab = 0x09

const lines = new FieldLines()

/** The fields behind a chunked body (RFC 9112, 7.1.2), collected byte by byte. */
export class Trailers {
  /** Once complete; undefined when there are none. */
  fields: HeaderList | undefined = undefined
  readonly #direction: 'request' | 'response'
  #text = ''
  #previous = 0

  constructor(direction: 'request' | 'response') {
    this.#direction = direction
  }

  /** @returns true when the last line is complete, undefined when they go on, or what is wrong with them */
  step(byte: number): true | undefined | string {
    if ((byte === lf) !== (this.#previous === cr)) return 'end of a trailer'
    if ((byte < 0x20 && byte !== tab && byte !== cr && byte !== lf) || byte === 0x7f) return 'trailer'
    this.#previous = byte
    this.#text += String.fromCharCode(byte)
    if (this.#text.length > trailerBytes) return 'trailers too long'
    if (byte !== lf) return undefined
    if (this.#text === '\r\n') return true
    return this.#text.endsWith('\r\n\r\n') ? this.#read() : undefined
  }

  #read(): true | string {
    const fields = new HeaderList()
    const fault = readFields(this.#text, fields, this.#direction)
    lines.close()
    this.#text = ''
    if (fault !== undefined) return fault
    fields.vouch()
    if (fields.size > 0) this.fields = fields
    return true
  }
}

/**
 * A trailer that may not be one (RFC 9110, 6.5.1) is a fault of a request; that of a response is left out, unless
 * somebody could frame the next message by it.
 */
function readFields(text: string, fields: HeaderList, direction: 'request' | 'response'): string | undefined {
  lines.open(text, 0)
  let count = 0
  for (let found = lines.next(); found !== 0; found = lines.next()) {
    if (found < 0) return 'trailer'
    if (++count > trailerFields) return 'number of trailers'
    const { name, value } = lines
    if ((name.roles & role.noTrailer) === 0) fields.appendNamed(name, value)
    else if (direction === 'request' || name.roles & (role.contentLength | role.transferEncoding)) {
      return 'forbidden trailer'
    }
  }
  return undefined
}
