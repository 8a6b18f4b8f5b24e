import fc from 'fast-check'
import { expect, test } from 'vitest'
import { readJson } from './json-text.ts'
import { testModel } from './testing/test-model.ts'
import { parseText } from './text.ts'

test('JSON is read as JSON.parse reads it', () => {
  fc.assert(
    fc.property(fc.json({ noUnicodeString: false } as object), (text) => {
      const tree = readJson(text)
      expect(tree.findings).toEqual([])
      expect(tree.value).toEqual(JSON.parse(text))
    }),
  )
})

test('what JSON.parse refuses is refused, what it takes is taken', () => {
  const scraps = fc.constantFrom(
    '{',
    '}',
    '[',
    ']',
    ',',
    ':',
    '"a"',
    '"b"',
    '"\\u00e9"',
    '"\\x"',
    '"\n"',
    '1',
    '-',
    '01',
    '1.',
    '1e5',
    'true',
    'nul',
    ' ',
    '\ufeff',
    "'",
  )
  fc.assert(
    fc.property(fc.array(scraps, { maxLength: 8 }), (parts) => {
      const text = parts.join('')
      const parses = (() => {
        try {
          JSON.parse(text)
          return true
        } catch {
          return false
        }
      })()
      const twice = (message: string) => message === 'stands twice'
      expect(readJson(text).findings.filter(({ message }) => !twice(message)).length === 0).toBe(parses)
    }),
    { numRuns: 2000 },
  )
})

test('no text makes it throw', () => {
  const scraps = fc.constantFrom(
    'switchyard: 1',
    '\n',
    ' ',
    '  ',
    '- ',
    ': ',
    '? ',
    '{',
    '}',
    '[',
    ']',
    ',',
    '&a ',
    '*a',
    '!t ',
    '!!str ',
    '|',
    '>-',
    '"',
    "'",
    '#',
    '%YAML 1.1',
    '---',
    '...',
    '\t',
    'a',
    '<<',
    '__proto__',
    '\0',
    '\ud800',
    '\u2028',
    '@',
    '`',
    '1',
    '~',
    '.inf',
    '.nan',
    '0o7',
  )
  const text = fc.oneof(
    fc.array(scraps, { maxLength: 40 }).map((parts) => parts.join('')),
    fc.string({ unit: 'binary' }),
  )
  fc.assert(
    fc.property(text, fc.constantFrom('yaml' as const, 'json' as const), (text, format) => {
      const parsed = parseText(testModel, text, format)
      expect(parsed.ok || parsed.problems.length > 0).toBe(true)
    }),
    { numRuns: 2000 },
  )
})

test('long texts of one character are read in seconds', () => {
  for (const piece of [
    '\n',
    "'",
    '"',
    '[]',
    ',',
    '&a ',
    '! ',
    '#\n',
    '}',
    '\t',
    '|',
    '*a ',
    '- a\n',
    'a: b\n',
    '? a\n',
  ]) {
    for (const format of ['yaml', 'json'] as const) {
      expect(parseText(testModel, piece.repeat(20_000 / piece.length), format).ok).toBe(false)
    }
  }
})

test.each([
  [
    'a map',
    { upstreams: [{ id: 'a', labels: Object.fromEntries(Array.from({ length: 200_000 }, (_, i) => [`k${i}`, i])) }] },
    'upstreams[0].labels.k0: expected text, not 0',
  ],
  [
    'a list',
    { routes: Array.from({ length: 50_000 }, () => ({ a: 1, enabled: 1, priority: '', limits: 1 })) },
    'routes[0].id: required; write text',
  ],
  [
    'fields',
    Object.fromEntries(Array.from({ length: 200_000 }, (_, i) => [`k${i}`, i])),
    'k0: unknown field; known here: switchyard, listeners, upstreams, routes, middleware, certificates',
  ],
])(
  'a text in which more is wrong than anybody could be told, in %s, is refused with its places',
  (_, document, said) => {
    const parsed = parseText(testModel, JSON.stringify({ switchyard: 1, ...document }), 'json')
    const problems = parsed.ok ? [] : parsed.problems
    expect(problems).toHaveLength(100)
    expect(problems.map(({ path, message }) => `${path}: ${message}`)).toContain(said)
  },
)
