import type { Draw } from './draw.ts'

const pieces = [
  ...[
    '\r\n',
    '\n',
    '\r',
    '\0',
    ' ',
    '\t',
    ':',
    ',',
    ';',
    '"',
    '=',
    '/',
    '\x01',
    '\x0b',
    '\x7f',
    '\x80',
    '\xff',
    '0',
    'f',
    'x',
  ],
  ...[
    '\r\n\r\n',
    '\r\n ',
    '0\r\n\r\n',
    '9'.repeat(20),
    'HTTP/1.1',
    ' HTTP/1.0\r\n',
    'Content-Length: 1\r\n',
    'Content-Length: 0\r\n',
  ],
  ...[
    'Transfer-Encoding: chunked\r\n',
    'Connection: upgrade\r\nUpgrade: websocket\r\n',
    'Connection: close\r\n',
    'Host: b\r\n',
  ],
  ...['HTTP/1.1 101 X\r\n\r\n', 'HTTP/1.1 100 X\r\n\r\n', 'GET / HTTP/1.1\r\nHost: a\r\n\r\n'],
]

/** A text with a few changes: bytes, pieces that matter, lines moved or doubled, a part of another text. */
export function mutate(text: string, other: string, draw: Draw): string {
  let mutated = text
  for (let changes = 1 + draw.below(3); changes > 0; changes--) mutated = change(mutated, other, draw)
  return mutated
}

function change(text: string, other: string, draw: Draw): string {
  const at = draw.below(text.length + 1)
  const end = Math.min(text.length, at + (draw.chance(0.8) ? draw.below(6) : draw.below(80)))
  switch (draw.below(7)) {
    case 0:
      return text.slice(0, at) + String.fromCharCode(draw.below(256)) + text.slice(at + 1)
    case 1:
      return text.slice(0, at) + draw.one(pieces) + text.slice(at)
    case 2:
      return text.slice(0, at) + draw.one(pieces) + text.slice(end)
    case 3:
      return text.slice(0, at) + text.slice(end)
    case 4:
      return text.slice(0, end) + text.slice(at)
    case 5: {
      const lines = text.split('\r\n')
      const from = draw.below(lines.length)
      const moved = draw.chance(0.5) ? lines.splice(from, 1) : lines.slice(from, from + 1)
      lines.splice(draw.below(lines.length + 1), 0, ...moved)
      return lines.join('\r\n')
    }
    default: {
      const from = draw.below(other.length + 1)
      return text.slice(0, at) + other.slice(from, from + draw.below(60)) + text.slice(end)
    }
  }
}
