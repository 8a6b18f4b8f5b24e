import type { AccessEntry } from './access-entry.ts'
import { cut, isoTime, type LineOptions, urlOf } from './line-parts.ts'

/**
 * A request as a line of JSON, always with the same fields in the same order; null stands for what is not known. Plain
 * ASCII: a byte beyond it, as a client may send it, is written as `\u0080` to `\u00ff`. Written by hand, since this
 * runs for every request: an object to be made and walked costs three times as much.
 */
export function jsonLine(entry: AccessEntry, options: LineOptions): string {
  const { client, received } = entry
  return `{"time":"${isoTime(entry.time)}","requestId":${said(entry.id, options)},"traceId":${own(entry.traceId)},"clientIp":${said(client.ip, options)},"clientPort":${client.port},"listener":${own(entry.listener)},"method":${said(received?.method, options)},"host":${said(received?.host, options)},"url":${said(urlOf(received?.url, options), options)},"httpVersion":${own(received?.httpVersion)},"status":${entry.status},"bytesIn":${entry.bytesIn},"bytesOut":${entry.bytesOut},"route":${own(entry.route?.id)},"upstream":${own(entry.upstream?.id)},"target":${own(entry.target?.id)},"attempts":${entry.attempts},"waitingMs":${milliseconds(entry.waitingMs)},"connectMs":${milliseconds(entry.connectMs)},"responseMs":${milliseconds(entry.responseMs)},"totalMs":${milliseconds(entry.totalMs)},"termination":"${entry.termination}","tlsVersion":${own(entry.tlsVersion)},"referer":${said(urlOf(received?.header('referer'), options), options)},"userAgent":${said(received?.header('user-agent'), options)}}\n`
}

/** What we or the configuration have made: ids, versions. There is nothing in it to escape. */
function own(text: string | undefined): string {
  return text === undefined ? 'null' : `"${text}"`
}

/** What a client may have said. */
function said(text: string | undefined, options: LineOptions): string {
  return text === undefined ? 'null' : quote(cut(text, options))
}

/** Everything that is not plain in a JSON string, and everything beyond ASCII. */
const special = /[^ !#-[\]-~]/
const everySpecial = new RegExp(special, 'g')

function quote(text: string): string {
  return special.test(text) ? `"${text.replace(everySpecial, escapeCharacter)}"` : `"${text}"`
}

const escapeCharacter = (character: string): string =>
  character === '"' || character === '\\'
    ? `\\${character}`
    : `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`

/** To the microsecond. Of whole numbers, since the text of a fraction is long and slow to make. */
function milliseconds(ms: number): string {
  const microseconds = Math.max(0, Math.round(ms * 1000))
  const whole = Math.floor(microseconds / 1000)
  const rest = microseconds - whole * 1000
  if (rest === 0) return `${whole}`
  // Also where there is no such time: it is not a number.
  if (!(rest > 0)) return 'null'
  return `${whole}.${rest < 10 ? '00' : rest < 100 ? '0' : ''}${rest}`
}
