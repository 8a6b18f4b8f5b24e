import { byteClass, tokenByte } from './characters.ts'

const cr = 0x0d
const lf = 0x0a
const semicolon = 0x3b
const equals = 0x3d
const quote = 0x22
const backslash = 0x5c

/** Digits of a size, with the zeros in front. */
const sizeDigits = 16
/** Bytes of one line behind the size. */
const extensionBytes = 256
/** How much longer than this and twice their chunks the lines of a body may be, all together. */
const spareBytes = 16
const excessBytes = 16_384

const inSize = 0
const beforeName = 1
const inName = 2
const beforeValue = 3
const inValue = 4
const inQuotes = 5
const escaped = 6
const behindQuotes = 7
const beforeLf = 8

/**
 * The line with the size of a chunk, byte by byte (RFC 9112, 7.1): `1a;name=value`, ended by CR LF. Stricter than the
 * grammar: white space only inside quotes, printable ASCII only. What is in the extensions is passed over, but a body
 * of more extensions than content is refused (as by Go since CVE-2023-39326).
 */
export class ChunkLine {
  /** In bytes. */
  size = 0
  #state = inSize
  #digits = 0
  #length = 0
  #excess = 0

  begin(): void {
    this.size = 0
    this.#state = inSize
    this.#digits = 0
    this.#length = 0
  }

  /** @returns true when the line is complete, undefined when it goes on, or what is wrong with it */
  step(byte: number): true | undefined | string {
    switch (this.#state) {
      case inSize: {
        const digit = hexDigit(byte)
        if (digit < 0) return this.#digits === 0 ? 'chunk size' : this.#next(byte, 'chunk size')
        this.size = this.size * 16 + digit
        this.#digits++
        return this.#digits > sizeDigits || this.size > Number.MAX_SAFE_INTEGER ? 'chunk size too large' : undefined
      }
      case beforeLf:
        return byte === lf ? this.#complete() : 'end of the line of a chunk size'
    }
    if (++this.#length > extensionBytes) return 'chunk extension too long'
    const token = ((byteClass[byte] as number) & tokenByte) !== 0
    switch (this.#state) {
      case beforeName:
        this.#state = inName
        return token ? undefined : 'chunk extension'
      case inName:
        if (token) return undefined
        if (byte !== equals) return this.#next(byte, 'chunk extension')
        this.#state = beforeValue
        return undefined
      case beforeValue:
        if (!token && byte !== quote) return 'chunk extension'
        this.#state = token ? inValue : inQuotes
        return undefined
      case inValue:
        return token ? undefined : this.#next(byte, 'chunk extension')
      case behindQuotes:
        return this.#next(byte, 'chunk extension')
    }
    if (byte < 0x20 || byte > 0x7e) return 'chunk extension'
    if (this.#state === escaped) this.#state = inQuotes
    else if (byte === backslash) this.#state = escaped
    else if (byte === quote) this.#state = behindQuotes
    return undefined
  }

  /** What may follow a size, a name or a value: another extension, or the end of the line. */
  #next(byte: number, fault: string): undefined | string {
    if (byte === cr) this.#state = beforeLf
    else if (byte === semicolon) this.#state = beforeName
    else return fault
    return undefined
  }

  #complete(): true | string {
    this.#excess = Math.max(0, this.#excess + this.#length - spareBytes - 2 * this.size)
    return this.#excess > excessBytes ? 'more chunk extensions than content' : true
  }
}

function hexDigit(byte: number): number {
  if (byte >= 0x30 && byte <= 0x39) return byte - 0x30
  const small = byte | 0x20
  return small >= 0x61 && small <= 0x66 ? small - 0x57 : -1
}
