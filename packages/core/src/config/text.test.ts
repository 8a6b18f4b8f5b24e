import { describe, expect, test } from 'vitest'
import { testModel } from './testing/test-model.ts'
import { formatDocument, lineOf, parseText } from './text.ts'

/** Problems of a text, as `line path: message`. */
function problemsOf(text: string, format: 'yaml' | 'json' = 'yaml'): string[] {
  const parsed = parseText(testModel, text, format)
  return parsed.ok ? [] : parsed.problems.map(({ line, path, message }) => `${line} ${path}: ${message}`)
}

describe('lines', () => {
  test('a problem carries the line of the field, in YAML', () => {
    const text = [
      'switchyard: 1',
      'upstreams:',
      '  - id: shop',
      '    targets:',
      '      - id: a',
      '        url: http://h',
      '        weight: -1',
    ]
    expect(problemsOf(text.join('\n'))).toEqual(['7 upstreams[0].targets[0].weight: at least 0'])
  })

  test('a problem carries the line of the field, in JSON', () => {
    const text =
      '{\n "switchyard": 1,\n "routes": [\n  {\n   "id": "r",\n   "forward": {\n    "upstream": "gone"\n   }\n  }\n ]\n}'
    expect(problemsOf(text, 'json')).toEqual(['7 routes[0].forward.upstream: there is no upstream "gone"'])
  })

  test('a missing field is told at the line of what it is missing from', () => {
    expect(problemsOf('switchyard: 1\nlisteners:\n  - id: a\n    port: 1\n  - id: b')).toEqual([
      '5 listeners[1].port: required; write a whole number',
    ])
  })

  test('inside an alias the line is where the value was written', () => {
    const text = 'switchyard: 1\nupstreams:\n  - id: a\n    labels: &l\n      x: 1\n  - id: b\n    labels: *l'
    expect(problemsOf(text)).toEqual([
      '5 upstreams[0].labels.x: expected text, not 1',
      '5 upstreams[1].labels.x: expected text, not 1',
    ])
  })

  test('a text that is not well formed is told with its line', () => {
    expect(problemsOf('switchyard: 1\nroutes: [')).toEqual([expect.stringMatching(/^2 : not YAML: /)])
    expect(problemsOf('{\n"switchyard": 1,\n"routes": [}', 'json')).toEqual([
      '3 : not JSON: a value is missing or malformed',
    ])
    expect(problemsOf('{"switchyard": 1', 'json')).toEqual(['1 : not JSON: "," or "}" is missing'])
    expect(problemsOf('', 'json')).toEqual(['1 : not JSON: it ends too early'])
  })

  test('the line of a problem that shows later is found by its path', () => {
    const text = 'switchyard: 1\nlisteners:\n  - id: a\n    port: 1\n  - id: b\n    port: 2\n'
    expect(lineOf(text, 'yaml', 'listeners[1].port')).toBe(6)
    expect(lineOf(text, 'yaml', 'listeners[1].address')).toBe(5)
    expect(lineOf('{"switchyard": 1,\n"listeners": [{"id": "a",\n"port": 1}]}', 'json', 'listeners[0].port')).toBe(3)
  })

  test('Windows line ends count once', () => {
    expect(problemsOf('switchyard: 1\r\n\r\nroute: []')[0]).toMatch(/^3 route: unknown field/)
  })
})

describe('what is refused', () => {
  test.each([
    ['yaml', 'switchyard: 1\nroutes: []\nroutes: []'],
    ['json', '{"switchyard": 1,\n"routes": [],\n"routes": []}'],
  ] as const)('a key that stands twice, in %s', (format, text) => {
    expect(problemsOf(text, format)).toEqual(['3 routes: stands twice'])
  })

  test('a key that stands twice deep inside', () => {
    expect(problemsOf('switchyard: 1\nroutes:\n  - id: a\n    labels: { x: a, x: b }')).toEqual([
      '4 routes[0].labels.x: stands twice',
    ])
  })

  test('tags', () => {
    for (const text of [
      'switchyard: !!int 1',
      'switchyard: 1\nroutes: !foo []',
      '!!map {switchyard: 1}',
      '!!str switchyard: 1',
    ]) {
      expect(problemsOf(text)[0]).toMatch(/tags are not allowed$/)
    }
  })

  test('keys that are not text', () => {
    expect(problemsOf('switchyard: 1\n[a]: b')[0]).toMatch(/^2 : not YAML: /)
    expect(problemsOf('switchyard: 1\n? {a: b}\n: c')[0]).toMatch(/not YAML: /)
  })

  test('names that mean something to JavaScript', () => {
    for (const name of ['__proto__', 'constructor']) {
      expect(problemsOf(`switchyard: 1\n${name}: { x: 1 }`)).toEqual([`2 ${name}: this name is not allowed`])
      expect(problemsOf(`{"switchyard":1,"${name}":{"x":1}}`, 'json')).toEqual([`1 ${name}: this name is not allowed`])
    }
  })

  test('several documents, and none', () => {
    expect(problemsOf('switchyard: 1\n---\nswitchyard: 1')).toEqual(['2 : only one document may stand in a text'])
    expect(problemsOf('')).toEqual(['1 : expected an object, not an empty value'])
  })

  test('more than 10 MB', () => {
    for (const format of ['yaml', 'json'] as const) {
      expect(problemsOf(' '.repeat(10 * 1024 * 1024 + 1), format)).toEqual(['undefined : longer than 10 MB'])
    }
  })

  test.each([
    ['lists', '['.repeat(100_000)],
    ['closed lists', '['.repeat(5000) + ']'.repeat(5000)],
    ['maps', '{a: '.repeat(50_000)],
    ['dashes', '- '.repeat(50_000)],
    ['question marks', '? '.repeat(50_000)],
    ['lines', Array.from({ length: 2000 }, (_, i) => `${' '.repeat(i)}a:`).join('\n')],
  ])('nesting without end, of %s', (_, text) => {
    expect(problemsOf(text)).toEqual([expect.stringMatching(/nested more than 100 deep$/)])
  })

  test('nesting without end, in JSON', () => {
    expect(problemsOf('['.repeat(1_000_000), 'json')).toEqual(['1 : not JSON: nested more than 100 deep'])
    expect(problemsOf('{"a":'.repeat(1_000_000), 'json')).toEqual(['1 : not JSON: nested more than 100 deep'])
  })

  test('aliases that stand for too much', () => {
    const levels = Array.from(
      { length: 20 },
      (_, i) => `l${i + 1}: &l${i + 1} [${Array(10).fill(`*l${i}`).join(', ')}]`,
    )
    expect(problemsOf(`l0: &l0 [x, x]\n${levels.join('\n')}`)).toEqual([
      expect.stringMatching(/: aliases stand for too much$/),
    ])
  })

  test('aliases that stand inside themselves, or for nothing', () => {
    expect(problemsOf('switchyard: 1\nroutes: &r [*r]')).toEqual(['2 routes[0]: *r stands inside itself'])
    expect(problemsOf('switchyard: 1\nroutes: *r')[0]).toMatch(/anchor/i)
  })
})

describe('what is allowed', () => {
  test('anchors and aliases, the latest of a name', () => {
    const text = [
      'switchyard: 1',
      'upstreams:',
      '  - { id: a, labels: &l { x: one } }',
      '  - { id: b, labels: *l }',
      '  - { id: c, labels: &l { x: two } }',
      '  - { id: d, labels: *l }',
    ]
    const parsed = parseText(testModel, text.join('\n'), 'yaml')
    expect(parsed.ok && parsed.value.upstreams.map(({ labels }) => labels?.['x'])).toEqual(['one', 'one', 'two', 'two'])
  })

  test('YAML 1.2: yes and no are text, numbers are not octal', () => {
    const text =
      'switchyard: 1\nroutes:\n  - { id: r, enabled: false, title: yes, description: no, labels: { on: "1", y: off } }'
    const parsed = parseText(testModel, text, 'yaml')
    expect(parsed.ok && parsed.value.routes[0]).toMatchObject({
      title: 'yes',
      description: 'no',
      labels: { on: '1', y: 'off' },
    })
  })

  test('the merge key of YAML 1.1 is a field like any other, and unknown', () => {
    expect(problemsOf('switchyard: 1\n<<: { routes: [] }')[0]).toMatch(/^2 \["<<"\]: unknown field/)
  })

  test('JSON is YAML', () => {
    expect(parseText(testModel, '{"switchyard": 1, "routes": []}', 'yaml').ok).toBe(true)
  })
})

describe('writing', () => {
  test('a document is written as one keeps it in a file', () => {
    const document = {
      switchyard: 1,
      upstreams: [{ id: 'shop', targets: [{ id: 'a', url: 'http://h', weight: 5 }] }],
    } as const
    expect(formatDocument(structuredClone(document) as never, 'yaml')).toBe(
      'switchyard: 1\nupstreams:\n  - id: shop\n    targets:\n      - id: a\n        url: http://h\n        weight: 5\n',
    )
    expect(formatDocument(structuredClone(document) as never, 'json')).toBe(`${JSON.stringify(document, null, 2)}\n`)
  })
})
