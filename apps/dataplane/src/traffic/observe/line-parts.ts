/** How a line of the access log is written. */
export interface LineOptions {
  /** Whether what follows the `?` of a URL is told. */
  readonly query: boolean
  /** So many characters of each thing that a client says are told. */
  readonly longest: number
}

/** The beginning of what is too long, and a mark. */
export function cut(text: string, { longest }: LineOptions): string {
  return text.length > longest ? `${text.slice(0, longest)}...` : text
}

export function urlOf(url: string | undefined, { query }: LineOptions): string | undefined {
  if (query || url === undefined) return url
  const end = url.indexOf('?')
  return end === -1 ? url : url.slice(0, end)
}

/** `2026-11-22T17:06:47.123Z`, from milliseconds since 1970. */
export function isoTime(time: number): string {
  const second = Math.floor(time / 1000)
  const milliseconds = Math.floor(time) - second * 1000
  return `${isoSecond(second)}${milliseconds < 10 ? '00' : milliseconds < 100 ? '0' : ''}${milliseconds}Z`
}

/** `22/Nov/2026:17:06:47 +0000`, as web servers write it. */
export function commonTime(time: number): string {
  return commonSecond(Math.floor(time / 1000))
}

const isoSecond = remembered((second) => new Date(second * 1000).toISOString().slice(0, 20))

const commonSecond = remembered((second) => {
  const [, day, month, year, time] = /^\w+, (\d+) (\w+) (\d+) (\S+)/.exec(new Date(second * 1000).toUTCString()) ?? []
  return `${day}/${month}/${year}:${time} +0000`
})

/** Writing a time is slow, and a second has many requests. */
function remembered(write: (second: number) => string): (second: number) => string {
  let last = Number.NaN
  let text = ''
  return (second) => {
    if (second !== last) {
      last = second
      text = write(second)
    }
    return text
  }
}
