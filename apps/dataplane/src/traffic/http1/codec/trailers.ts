import { HeaderList } from '@switchyard/core/http/header-list'
import { byteClass, tokenByte, valueByte } from './characters.ts'
import { FieldLines } from './field-lines.ts'
import { type FieldName, fieldName, role } from './field-names.ts'

/** The trailers of a body, in bytes with the empty line, and in number. */
const trailerBytes = 8192
const trailerFields = 100

const cr = 0x0d
const lf = 0x0a
const colon = 0x3a

const lines = new FieldLines()

/** The fields behind a chunked body (RFC 9112, 7.1.2), read line by line as their bytes come. */
export class Trailers {
  /** Those that may be passed on. */
  readonly fields = new HeaderList()
  readonly #direction: 'request' | 'response'
  #line = ''
  #afterCr = false
  #inValue = false
  #bytes = 0
  #count = 0

  /**
   * @param direction a trailer that may not be one (RFC 9110, 6.5.1) is a fault of a request; that of a response is left
   *   out, unless somebody could take it for a word on this message's framing, or on the connection
   */
  constructor(direction: 'request' | 'response') {
    this.#direction = direction
  }

  /** @returns true when the last line is complete, undefined when they go on, or what is wrong with them */
  step(byte: number): true | undefined | string {
    if (++this.#bytes > trailerBytes) return 'trailers too long'
    if (!this.#fits(byte)) return 'trailer'
    if (byte === colon && !this.#inValue) {
      this.#inValue = true
      if (this.#isFault(fieldName(this.#line))) return 'forbidden trailer'
    }
    this.#afterCr = byte === cr
    this.#line += String.fromCharCode(byte)
    return byte === lf ? this.#endLine() : undefined
  }

  /** Whether a byte may be at this place of a line, so that what is wrong is found as it comes. */
  #fits(byte: number): boolean {
    if (this.#afterCr || byte === lf) return this.#afterCr && byte === lf
    if (this.#inValue) return byte === cr || ((byteClass[byte] as number) & valueByte) !== 0
    if (byte === cr) return this.#line === ''
    return ((byteClass[byte] as number) & tokenByte) !== 0 || (byte === colon && this.#line !== '')
  }

  #isFault({ roles }: FieldName): boolean {
    if ((roles & role.noTrailer) === 0) return false
    return this.#direction === 'request' || (roles & (role.contentLength | role.hopByHop)) !== 0
  }

  #endLine(): true | undefined | string {
    lines.open(this.#line, 0)
    const found = lines.next()
    const { name, value } = lines
    lines.close()
    this.#line = ''
    this.#inValue = false
    if (found < 0) return 'trailer'
    if (found === 0) {
      this.fields.vouch()
      return true
    }
    if (++this.#count > trailerFields) return 'number of trailers'
    if ((name.roles & role.noTrailer) === 0) this.fields.appendNamed(name, value)
    return undefined
  }
}
