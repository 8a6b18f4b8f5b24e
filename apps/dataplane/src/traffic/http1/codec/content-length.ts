const digits = /^[0-9]{1,16}$/

/** The value of a Content-Length field in bytes, or -1 when it is no plain number up to 2^53 - 1. */
export function contentLength(value: string): number {
  if (!digits.test(value)) return -1
  const length = Number(value)
  return length <= Number.MAX_SAFE_INTEGER ? length : -1
}
