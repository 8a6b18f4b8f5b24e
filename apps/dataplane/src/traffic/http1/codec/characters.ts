/** A byte that a name or a method is made of: `tchar` of RFC 9110, 5.6.2. */
export const tokenByte = 1
/** A byte that may stand in the value of a field: HTAB, SP, VCHAR and obs-text of RFC 9110, 5.5. */
export const valueByte = 2
/** A byte of a request target: printable ASCII without `#`, for there is no fragment in it (RFC 9112, 3.2). */
export const targetByte = 4

/** What each byte is good for: a sum of the above. */
export const byteClass: Uint8Array = makeClasses()

function makeClasses(): Uint8Array {
  const classes = new Uint8Array(256)
  for (let byte = 0; byte < 256; byte++) {
    const text = String.fromCharCode(byte)
    classes[byte] =
      (/[!#$%&'*+.^_`|~0-9A-Za-z-]/.test(text) ? tokenByte : 0) |
      (/[\t\x20-\x7e\x80-\xff]/.test(text) ? valueByte : 0) |
      (/[\x21\x22\x24-\x7e]/.test(text) ? targetByte : 0)
  }
  return classes
}

const token = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/

/** Whether a text is a token: the name of a field, or a method. */
export function isToken(text: string): boolean {
  return token.test(text)
}

/** Whether a text can be the value of a field, as far as its characters go. */
export function isFieldText(text: string): boolean {
  return !notFieldText.test(text)
}

const notFieldText = /[^\t\x20-\x7e\x80-\xff]/

/** Whether a line of a head can begin so: no control byte but a tab, and CR at the end alone, for LF may follow. */
export function isLineBeginning(text: string): boolean {
  return /^[\t\x20-\x7e\x80-\xff]*\r?$/.test(text)
}
