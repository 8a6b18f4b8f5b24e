/** Digits of 2^53 - 1. */
const mostDigits = 16

/** The value of a Content-Length field in bytes, or -1 when it is no plain number up to 2^53 - 1. */
export function contentLength(value: string): number {
  if (value === '' || value.length > mostDigits) return -1
  let length = 0
  for (let i = 0; i < value.length; i++) {
    const digit = value.charCodeAt(i) - 0x30
    if (digit < 0 || digit > 9) return -1
    length = length * 10 + digit
  }
  return length <= Number.MAX_SAFE_INTEGER ? length : -1
}
