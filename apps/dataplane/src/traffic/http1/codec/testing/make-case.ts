import type { Draw } from './draw.ts'
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

const methods = ['GET', 'GET', 'POST', 'PUT', 'HEAD', 'DELETE', 'OPTIONS', 'PATCH']
const oddMethods = [
  ...['CONNECT', 'M-SEARCH', 'QUERY', 'TRACE', 'PURGE', 'SOURCE', 'PRI', 'get', 'Get', 'BREW', 'G T', 'GET\t', ''],
  ...['G(T', 'GET\0', 'POSTX', 'PO', 'GETGET', '\r\nGET', 'DESCRIBE', 'FLUSH', 'X'.repeat(40)],
]
const targets = ['/', '/a', '/a/b?c=d&e', '/a%20b', '/a;b=c/d?e?f/../g', '/~u/%7Eu/.well-known/x']
const oddTargets = [
  ...[
    '*',
    'http://a/',
    'HTTP://A:80/x?y',
    'http://a',
    'https://a?x',
    'http://b/',
    'http://u@a/',
    'a:80',
    'a',
    '',
    '/#f',
  ],
  ...['//', '/a//b', '/../a', '/a/../b', '/%2e%2e/a', '/%2f', '/%5c', '/\\', '/%00', '/%zz', '/\xe9', '/\x7f', '/ a'],
  ...[
    '/\t',
    '/\0',
    '/\x01',
    '/"<>^`{|}',
    '/[]',
    '?a',
    '/?',
    '/?#',
    '/?\xe9',
    'http:/a',
    'http:///',
    'ftp://a/',
    '*a',
    '@',
  ],
  ...['/ HTTP/1.1', '/%', '/%4', `/${'a'.repeat(9000)}`],
]
const versions = ['HTTP/1.1']
const oddVersions = [
  ...[
    'HTTP/2.0',
    'HTTP/0.9',
    'HTTP/1.2',
    'HTTP/1.01',
    'HTTP/1.',
    'HTTP/1',
    'HTTP/11',
    'http/1.1',
    'HTTPS/1.1',
    'HTTP/1.1 ',
  ],
  ...['RTSP/1.0', 'ICE/1.0', 'HTTP/1,1', 'HTTP/1.1x', 'HTTP /1.1', '', 'HTTP/3.0', 'HTTP/1.9'],
]
const oddEnds = [
  '\n',
  '\r',
  '\r\r\n',
  '\n\r',
  ' \r\n',
  '\t\r\n',
  '\r\n ',
  '\r\n\t',
  '\0\r\n',
  '\x0b\r\n',
  '',
  '\r\n\r\n',
]

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

const statuses = ['200', '200', '200', '404', '500', '302', '204', '304', '100', '103', '101', '206', '599']
const oddStatuses = ['000', '099', '600', '999', '20', '2000', '+20', '', '2O0', '-20', ' 200', '1e2', '0x1']
const oddReasons = [
  '',
  ' ',
  '  ',
  ' Not Found',
  ' \xe9',
  ' \x01',
  ' \0',
  '\tOK',
  'OK',
  ' a\rb',
  ' \x7f',
  ' a\tb',
  `  ${'r'.repeat(300)}`,
]
const oddHosts = [
  ...[
    '',
    ' ',
    'a:80',
    'A',
    'a.',
    'u@a',
    'a/b',
    'a,b',
    'a b',
    'a:b',
    'a:',
    ':80',
    'a:99999',
    '[::1]',
    '[::1',
    '\xe9',
    'a\tb',
  ],
  ...['a\0', 'http://a', 'a%2e', 'a..b', '127.0.0.1:1', 'a\x7f', '"a"'],
]

function field(draw: Draw, name: string, value: string): string {
  const spelled = draw.chance(0.2) ? (draw.chance(0.5) ? name.toLowerCase() : name.toUpperCase()) : name
  return `${spelled}${draw.usually(': ', oddColons, 0.03)}${value}${draw.usually('', [' ', '\t', ' \t '], 0.03)}`
}

const oddColons = [':', ':\t', ':  ', ': \t', ' : ', '\t: ', '', '::', ': :', ' ', ':\r\n ', ':\x0b', ':\0', ':\xa0']

const oddFields: readonly (readonly [string, readonly string[]])[] = [
  [
    'Connection',
    [
      'keep-alive',
      'close',
      'Keep-Alive, Upgrade',
      'upgrade',
      'x-a',
      'close, x',
      'keep-alive, close',
      ',',
      '',
      '"close"',
      '\xa0close',
      'upgrade\xa0',
      'close;x',
      'clos\xe9',
      'CLOSE,',
    ],
  ],
  ['Upgrade', ['websocket', 'h2c', 'a, b', '']],
  ['Expect', ['100-continue', 'x', '100-Continue', '']],
  ['TE', ['trailers', 'gzip', '']],
  ['Trailer', ['X-Sum', 'Content-Length']],
  ['Keep-Alive', ['timeout=5', 'timeout=5, max=2', 'x']],
  ['Proxy-Connection', ['keep-alive', 'close']],
  [
    'Content-Length',
    [
      '0',
      '1',
      '5',
      '+5',
      '-1',
      '0x5',
      '5,5',
      '5, 5',
      '05',
      '5 ',
      '',
      ' ',
      '5 5',
      '9007199254740992',
      '99999999999999999999',
      '5\0',
      '5.0',
    ],
  ],
  [
    'Transfer-Encoding',
    [
      ...[
        'chunked',
        'Chunked',
        'CHUNKED',
        '',
        'identity',
        'gzip',
        'gzip, chunked',
        'chunked, gzip',
        ',chunked',
        'chunked,',
        '"chunked"',
      ],
      ...[
        'chunked;q=1',
        'chunked, chunked',
        'xchunked',
        '\x0bchunked',
        'chunked\0',
        'chunked\tx',
        'identity, chunked',
        'chun ked',
      ],
    ],
  ],
  ['Content_Length', ['5']],
  ['X-Forwarded-For', ['1.2.3.4', '']],
  ['Cookie', ['a=b', 'a=b; c=d', '']],
  [
    'X-A',
    [
      'b',
      '',
      'b\tc',
      '\xe9\xff\x80',
      'a:b',
      'a\rb',
      'a\nb',
      'a\0b',
      'a\x01',
      'a\x7f',
      '\xff\x7f',
      'a\r\n b',
      'x'.repeat(50),
      '"',
      ' ',
    ],
  ],
  ['X-Long', ['y'.repeat(200), 'y'.repeat(3000), 'y'.repeat(17_000)]],
  ['x', ['1']],
  ['a'.repeat(70), ['1']],
  ['X A', ['1']],
  ['X\t', ['1']],
  ['', ['1', '']],
  ['X(', ['1']],
  ['\xe9', ['1']],
  [' X', ['1']],
  ['X\0', ['1']],
  ['__proto__', ['1']],
  ['Sec-WebSocket-Key', ['x']],
  ['Traceparent', ['00-0-0-00']],
]

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

const oddExtensions = [
  ...[
    ';a',
    ';a=b',
    ';a="b"',
    ';a=b;c',
    ';a="b\\"c"',
    '; a',
    ' ;a',
    ';a = b',
    ';',
    ';a=',
    ';=b',
    ';a="',
    ';a\rb',
    ';a\nb',
    ';a\0',
  ],
  ...[
    ';a="\x01"',
    ';a="\xe9"',
    ';\xe9',
    ';a="b"c',
    ' ',
    '\t',
    ';a;',
    ';a="\t"',
    `;${'e'.repeat(300)}`,
    ';a,b',
    ';a="b" ',
  ],
]

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
