import type { AccessEntry } from './access-entry.ts'
import { commonTime, cut, type LineOptions, urlOf } from './line-parts.ts'

/** What nginx logs for a client that left before it was told a status (`NGX_HTTP_CLIENT_CLOSED_REQUEST`). */
const clientClosed = 499

/**
 * A request as a line of the combined format of nginx (and Apache), for the tools that read it. As there, quotes,
 * backslashes and everything that is not printable ASCII are written as `\xHH`, and what is not known as `-`
 * (`ngx_http_log_escape`). The time is UTC. Users are not told: a password may stand beside them.
 */
export function combinedLine(entry: AccessEntry, options: LineOptions): string {
  const { received } = entry
  const text = (value: string | undefined): string => escaped(cut(value ?? '', options)) || '-'
  const request = received
    ? `${text(received.method)} ${text(urlOf(received.url, options))} HTTP/${text(received.httpVersion)}`
    : '-'
  return `${text(entry.client.ip)} - - [${commonTime(entry.time)}] "${request}" ${entry.status || clientClosed} ${entry.bytesOut} "${text(urlOf(received?.header('referer'), options))}" "${text(received?.header('user-agent'))}"\n`
}

const special = /[^ !#-[\]-~]/
const everySpecial = new RegExp(special, 'g')

function escaped(text: string): string {
  return special.test(text) ? text.replace(everySpecial, escapeCharacter) : text
}

/** Fields are bytes; what is no byte cannot come from a client. */
const escapeCharacter = (character: string): string => {
  const code = character.charCodeAt(0)
  return code > 0xff ? '?' : `\\x${code.toString(16).toUpperCase().padStart(2, '0')}`
}
