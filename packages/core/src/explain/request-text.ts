import type { Field } from './explanation.ts'

/** A request as a client sends it. */
export interface ClientRequest {
  /** The id of the listener that it comes in by. */
  readonly listener: string
  /** The address at the other end of the connection. */
  readonly peer: string
  readonly method: string
  /** The request target: path and query; or a whole URL, which without a Host field is also where the Host comes from. */
  readonly url: string
  readonly headers: readonly Field[]
  /** @default 1.1 */
  readonly httpVersion?: '1.0' | '1.1'
}

/** What would be more than its own line, or no byte of a head. */
const unsayable = /[\r\n\0]|[^\0-\xff]/
const wholeUrl = /^https?:\/\/([^/?#]*)([^#]*)/i

/** The head of the request as latin1 text, up to the empty line inclusive; undefined when no head can say it. */
export function requestText({ method, url, headers, httpVersion = '1.1' }: ClientRequest): string | undefined {
  const [, host, rest = ''] = headers.some(([name]) => name.toLowerCase() === 'host') ? [] : (wholeUrl.exec(url) ?? [])
  const target = host === undefined ? url : rest.startsWith('/') ? rest : `/${rest}`
  const lines = [
    `${method} ${target} HTTP/${httpVersion}`,
    ...(host === undefined ? [] : [`Host: ${host}`]),
    ...headers.map(([name, value]) => `${name}: ${value}`),
  ]
  return lines.some((line) => unsayable.test(line)) ? undefined : `${lines.join('\r\n')}\r\n\r\n`
}
