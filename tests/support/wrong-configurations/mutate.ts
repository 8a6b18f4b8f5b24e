import type { Draft } from './documents.ts'

/** Uniform in [0, 1). */
type Random = () => number

const pick = <T>(random: Random, list: readonly T[]): T => list[Math.floor(random() * list.length)] as T

/** What people and programs put in the wrong place. */
const values: readonly unknown[] = [
  ...[null, true, false, 0, -1, 1, 1.5, 65_536, 2 ** 53, 1e308, -0.1],
  ...[
    '',
    ' ',
    '0',
    '-1',
    'true',
    'null',
    '\u0000',
    '\ud800',
    'a\r\nb: c',
    '__proto__',
    '../..',
    '$(x)',
    'ä'.repeat(5000),
  ],
  ...['http://169.254.169.254', '((a{9}){9}){9}', '(', '*', '[[[[', '{{{{', '%00', '-----BEGIN CERTIFICATE-----'],
  ...[[], {}, [[]], [null], { type: 'nobody' }, { ref: 'nobody' }, { secret: 'nobody' }, Array(2000).fill(0)],
]
const keys = ['__proto__', 'constructor', 'id', 'type', 'weight', 'wieght', '', 'toString', '<<', 'ref']
const scraps = [
  '{',
  '}',
  '[',
  ']',
  ',',
  ':',
  '"',
  '\\',
  '\n',
  '  ',
  '- ',
  '&a ',
  '*a',
  '!!str ',
  '---\n',
  '#',
  '|',
  '\t',
  '\0',
  '\ufeff',
  '9'.repeat(400),
]

/** Makes one to three things of a document something else; it may be right still. */
export function mutateDocument(document: Draft, random: Random): void {
  for (let times = 1 + Math.floor(random() * 3); times > 0; times--) mutateOnce(document, random)
}

function mutateOnce(document: Draft, random: Random): void {
  let here = document
  for (;;) {
    const steps = Object.keys(here)
    if (steps.length === 0) return
    const step = pick(random, steps)
    const inside = here[step]
    if (typeof inside === 'object' && inside !== null && random() < 0.8) {
      here = inside
      continue
    }
    const way = random()
    if (way < 0.5) here[step] = structuredClone(pick(random, values))
    else if (way < 0.65) delete here[step]
    else if (way < 0.8)
      Object.defineProperty(here, pick(random, keys), {
        value: inside,
        enumerable: true,
        configurable: true,
        writable: true,
      })
    else if (Array.isArray(here)) here.push(structuredClone(inside))
    else here[step] = structuredClone(here[pick(random, steps)])
    return
  }
}

/** Changes some characters of a text. */
export function mutateText(text: string, random: Random): string {
  let changed = text
  for (let times = 1 + Math.floor(random() * 3); times > 0; times--) {
    const at = Math.floor(random() * changed.length)
    const length = Math.floor(random() ** 3 * 200)
    const way = random()
    const head = changed.slice(0, at)
    if (way < 0.35) changed = head + pick(random, scraps) + changed.slice(at)
    else if (way < 0.6) changed = head + changed.slice(at + 1 + length)
    else if (way < 0.8) changed = head + changed.slice(at, at + length) + changed.slice(at)
    else if (way < 0.9) changed = head + String.fromCharCode(Math.floor(random() * 256)) + changed.slice(at + 1)
    else changed = head
  }
  return changed
}
