import type { Draw } from './draw.ts'
import {
  methods,
  oddColons,
  oddEnds,
  oddExtensions,
  oddFields,
  oddHosts,
  oddMethods,
  oddReasons,
  oddStatuses,
  oddTargets,
  oddVersions,
  statuses,
  targets,
  versions,
} from './odd-parts.ts'
import type { WireCase } from './wire-case.ts'

/**
 * A case that is well formed but for an oddity now and then: one in which everything is odd is refused at its first byte,
 * and nothing is learned.
 */
export function makeCase(draw: Draw): WireCase {
  const direction = draw.chance(0.6) ? 'request' : 'response'
  const toHead = direction === 'response' && draw.chance(0.1)
  let text = draw.usually('', ['\r\n', '\r\n\r\n', '\n', '\r'], 0.02)
  for (let messages = 1 + draw.below(3); messages > 0; messages--) {
    text += makeMessage(draw, direction, toHead)
    if (draw.chance(0.03)) text += draw.one(['\r\n', '\n', '\r', 'x', '\0', ' '])
  }
  if (draw.chance(0.1)) text = text.slice(0, draw.below(text.length + 1))
  return { direction, toHead, text }
}

function makeMessage(draw: Draw, direction: WireCase['direction'], toHead: boolean): string {
  const end = () => draw.usually('\r\n', oddEnds, 0.006)
  const body = makeBody(draw)
  const fields: string[] = []
  if (direction === 'request' && draw.chance(0.96)) fields.push(field(draw, 'Host', draw.usually('a', oddHosts)))
  if (draw.chance(0.02)) fields.push(field(draw, 'Host', 'a'))
  for (let more = draw.below(4); more > 0; more--) fields.push(oddField(draw))
  if (body.field !== '') fields.splice(draw.below(fields.length + 1), 0, body.field)
  if (draw.chance(0.01)) fields.push(...Array.from({ length: 40 + draw.below(100) }, (_, i) => `a${i}: b`))
  const sp = () => draw.usually(' ', ['  ', '\t', '', '\x0b', '\0'], 0.005)
  const first =
    direction === 'request'
      ? `${draw.usually(draw.one(methods), oddMethods)}${sp()}${draw.usually(draw.one(targets), oddTargets, 0.08)}${sp()}${draw.usually(draw.one(versions), oddVersions, 0.08)}`
      : `${draw.usually(draw.one(versions), oddVersions, 0.08)}${sp()}${draw.usually(draw.one(statuses), oddStatuses)}${draw.usually(' OK', oddReasons, 0.08)}`
  const head = `${[first, ...fields].map((line) => line + end()).join('')}${end()}`
  const bodiless = toHead || (direction === 'response' && /^\S+ (?:1..|204|304)/.test(first))
  return head + (bodiless && draw.chance(0.9) ? '' : body.text)
}

function field(draw: Draw, name: string, value: string): string {
  const spelled = draw.chance(0.2) ? (draw.chance(0.5) ? name.toLowerCase() : name.toUpperCase()) : name
  return `${spelled}${draw.usually(': ', oddColons, 0.03)}${value}${draw.usually('', [' ', '\t', ' \t '], 0.03)}`
}

function oddField(draw: Draw): string {
  if (draw.chance(0.6))
    return field(
      draw,
      draw.one(['Accept', 'User-Agent', 'X-B', 'Accept-Encoding', 'Etag']),
      draw.one(['*/*', 'x y', 'q']),
    )
  const [name, values] = draw.one(oddFields)
  return field(draw, name, draw.chance(0.7) ? (values[0] ?? '') : draw.one(values))
}

function makeBody(draw: Draw): { field: string; text: string } {
  const kind = draw.below(4)
  if (kind === 0) return { field: '', text: '' }
  if (kind === 1) {
    const text = 'hello world'.slice(0, draw.below(12))
    return { field: field(draw, 'Content-Length', draw.usually(String(text.length), ['3', '012', '0'], 0.02)), text }
  }
  if (kind === 2) return { field: field(draw, 'Transfer-Encoding', 'chunked'), text: makeChunks(draw) }
  return { field: '', text: draw.chance(0.1) ? 'GET /hidden HTTP/1.1\r\nHost: a\r\n\r\n' : '' }
}

function makeChunks(draw: Draw): string {
  const end = () => draw.usually('\r\n', oddEnds, 0.01)
  let text = ''
  for (let more = draw.below(4); more > 0; more--) {
    const data = draw.one(['a', 'hello', '0\r\n\r\n', '\r\n', '\0\xff', 'x'.repeat(17), 'GET / HTTP/1.1\r\n\r\n'])
    const plain = data.length.toString(16)
    const size = draw.usually(plain, [plain.toUpperCase(), `0${plain}`, `000000${plain}`, ...oddSizes(plain)], 0.06)
    text += `${size}${draw.usually('', oddExtensions, 0.06)}${end()}${data}${end()}`
  }
  text += `${draw.usually('0', ['00', '000', '', '-0', '0x0', ' 0', '0 ', 'g'])}${draw.usually('', oddExtensions, 0.02)}${end()}`
  if (draw.chance(0.15)) {
    for (let more = 1 + draw.below(2); more > 0; more--) {
      const name = draw.one(['X-Sum', 'X-T', 'Content-Length', 'Transfer-Encoding', 'Host', 'Authorization', 'X T', ''])
      text += field(draw, name, draw.one(['1', 'chunked', '', 'a\tb', '\x01'])) + end()
    }
  }
  return text + end()
}

function oddSizes(size: string): string[] {
  return [
    `+${size}`,
    `-${size}`,
    `0x${size}`,
    ` ${size}`,
    `${size} `,
    `${size}\t`,
    `${'0'.repeat(20)}${size}`,
    `1${'0'.repeat(13)}${size}`,
    `1${'0'.repeat(16)}${size}`,
    `${size}.0`,
    `"${size}"`,
    `${size}h`,
  ]
}
