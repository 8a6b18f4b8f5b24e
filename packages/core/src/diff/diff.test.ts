import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { canonicalText } from '../config/canonical.ts'
import type { Config } from '../config/model.ts'
import { parseConfig } from '../config/parse.ts'
import { arbitraryDocument } from '../config/testing/arbitrary-document.ts'
import { testModel } from '../config/testing/test-model.ts'
import { type Change, describeChange, diffConfigs } from './diff.ts'

function parse(value: object): Config {
  const parsed = parseConfig(testModel, { switchyard: 1, ...value })
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems))
  return parsed.value
}

const diff = (before: object, after: object) => diffConfigs(testModel, parse(before), parse(after))
/** What becomes of the state on the nodes is a matter of its own. */
const withoutEffects = (changes: Change[]) => changes.map(({ effects: _, ...change }) => change)
const sentences = (before: object, after: object) => diff(before, after).flatMap(describeChange)

const target = (id: string, fields: object = {}) => ({ id, url: `http://${id}`, ...fields })
const shop = (targets: object[], fields: object = {}) => ({ upstreams: [{ id: 'shop', targets, ...fields }] })
const route = (fields: object) => ({
  upstreams: [{ id: 'a' }, { id: 'b' }, { id: 'c' }],
  routes: [{ id: 'r', forward: { upstream: 'a' }, ...fields }],
})
const split = (...parts: [string, number][]) =>
  route({ forward: { split: parts.map(([upstream, weight]) => ({ upstream, weight })) } })

describe('targets', () => {
  test('a weight is told with the share before and after', () => {
    const before = shop([target('a', { weight: 5 }), target('b')])
    const after = shop([target('a', { weight: 5 }), target('b', { weight: 5 })])
    expect(withoutEffects(diff(before, after))).toEqual([
      {
        kind: 'upstreams',
        id: 'shop',
        action: 'changed',
        details: [
          {
            path: 'targets[b].weight',
            labels: ['Targets', 'b', 'Weight'],
            action: 'changed',
            before: 1,
            after: 5,
            share: { before: 1 / 6, after: 1 / 2 },
          },
        ],
      },
    ])
    expect(sentences(before, after)).toEqual(['target b of shop: weight 1 → 5 (share 17 % → 50 %)'])
  })

  test('a target that comes or goes is told by its id, wherever it stands', () => {
    const before = shop([target('a'), target('b')])
    expect(diff(before, shop([target('c'), target('a')]))[0]?.details).toEqual([
      {
        path: 'targets[c]',
        labels: ['Targets', 'c'],
        action: 'added',
        after: { id: 'c', url: 'http://c' },
        share: { before: 0, after: 0.5 },
      },
      {
        path: 'targets[b]',
        labels: ['Targets', 'b'],
        action: 'removed',
        before: { id: 'b', url: 'http://b' },
        share: { before: 0.5, after: 0 },
      },
    ])
    expect(sentences(before, shop([target('c'), target('a')]))).toEqual([
      'target c of shop: added (share 0 % → 50 %)',
      'target b of shop: removed (share 50 % → 0 %)',
    ])
  })

  test('draining and disabling show what they do to the share', () => {
    const before = shop([target('a'), target('b')])
    expect(sentences(before, shop([target('a'), target('b', { drain: true })]))).toEqual([
      'target b of shop: drain off → on (share 50 % → 0 %)',
    ])
    expect(sentences(before, shop([target('a', { enabled: false }), target('b')]))).toEqual([
      'target a of shop: enabled on → off (share 50 % → 0 %)',
    ])
  })

  test('a target that becomes a backup gives its share away, and says so', () => {
    const before = shop([target('a'), target('b')])
    expect(sentences(before, shop([target('a'), target('b', { tier: 1 })]))[0]).toBe(
      'target b of shop: tier 0 → 1 (share 50 % → 0 %)',
    )
  })

  test('another order is told as such, and is not empty', () => {
    expect(withoutEffects(diff(shop([target('a'), target('b')]), shop([target('b'), target('a')])))).toEqual([
      {
        kind: 'upstreams',
        id: 'shop',
        action: 'changed',
        details: [
          { path: 'targets', labels: ['Targets', 'Order'], action: 'changed', before: ['a', 'b'], after: ['b', 'a'] },
        ],
      },
    ])
    expect(sentences(shop([target('a'), target('b')]), shop([target('b'), target('a')]))).toEqual([
      'upstream shop: Targets › Order changed',
    ])
  })
})

describe('resources', () => {
  test('an upstream that changed tells what becomes of the state on the nodes', () => {
    const [change] = diff(shop([target('a')]), shop([target('a')], { title: 'A shop' }))
    expect(change?.effects?.sentences).toEqual(['kept: health, latency and connections of a; position of the rotation'])
    expect(diff({}, shop([target('a')]))[0]?.effects).toBeUndefined()
    expect(diff(route({}), route({ title: 'A shop' }))[0]?.effects).toBeUndefined()
  })

  test('what came and went is told with its fields', () => {
    expect(diff({}, shop([target('a')], { drainMs: 5 }))).toEqual([
      {
        kind: 'upstreams',
        id: 'shop',
        action: 'added',
        details: [
          { path: 'targets', labels: ['Targets'], action: 'added', after: [{ id: 'a', url: 'http://a' }] },
          { path: 'drainMs', labels: ['Drain'], action: 'added', after: 5 },
        ],
      },
    ])
    expect(sentences(shop([]), {})).toEqual(['upstream shop removed'])
    expect(diffConfigs(testModel, undefined, parse(shop([]))).map(({ action }) => action)).toEqual(['added'])
  })

  test('resources in another order are one change without an id', () => {
    const [one, two] = [{ id: 'one' }, { id: 'two' }]
    expect(diff({ upstreams: [one, two] }, { upstreams: [two, one] })).toEqual([
      {
        kind: 'upstreams',
        id: '',
        action: 'changed',
        details: [{ path: '', labels: ['Order'], action: 'changed', before: ['one', 'two'], after: ['two', 'one'] }],
      },
    ])
    expect(sentences({ upstreams: [one, two] }, { upstreams: [two, one] })).toEqual([
      'upstreams stand in another order',
    ])
  })
})

describe('fields', () => {
  test('values are told with their units', () => {
    expect(sentences(shop([]), shop([], { timeouts: { connectMs: 250, idleMs: 1500 } }))).toEqual([
      'upstream shop: Time-outs › Connect 5 s → 250 ms',
      'upstream shop: Time-outs › Idle 60 s → 1.5 s',
    ])
    expect(sentences(route({}), route({ limits: { bodyBytes: 2_097_152 } }))).toEqual([
      'route r: Limits › Body size 0 bytes → 2 MiB',
    ])
  })

  test('another strategy is another thing', () => {
    const [change] = diff(shop([]), shop([], { strategy: { type: 'random' } }))
    expect(change?.details).toEqual([
      {
        path: 'strategy',
        labels: ['Strategy'],
        action: 'changed',
        before: { type: 'weighted-round-robin' },
        after: { type: 'random' },
      },
    ])
    expect(sentences(shop([]), shop([], { strategy: { type: 'random' } }))).toEqual([
      'upstream shop: Strategy weighted-round-robin → random',
    ])
    expect(sentences(shop([]), shop([], { strategy: { type: 'weighted-round-robin', maxFails: 0 } }))).toEqual([
      'upstream shop: Strategy › Failures 1 → 0',
    ])
  })

  test('what was absent is added, what is absent now is removed', () => {
    expect(sentences(route({}), route({ title: 'A shop' }))).toEqual(['route r: Title "A shop" added'])
    expect(sentences(route({ retries: {} }), route({}))).toEqual(['route r: Retries {} removed'])
  })

  test('lists of texts tell what came and went, or that the order differs', () => {
    const hosts = (...hosts: string[]) => route({ match: { hosts } })
    expect(sentences(hosts('a', 'b'), hosts('c', 'a'))).toEqual([
      'route r: Match › Hosts b removed',
      'route r: Match › Hosts c added',
    ])
    expect(sentences(hosts('a', 'b'), hosts('b', 'a'))).toEqual(['route r: Match › Hosts › Order changed'])
    expect(sentences(hosts('a', 'a'), hosts('a'))).toEqual(['route r: Match › Hosts a removed'])
  })

  test('conditions are told by their names', () => {
    const headers = (...headers: object[]) => route({ match: { headers } })
    const before = headers({ type: 'exact', name: 'x', value: '1' }, { type: 'present', name: 'y' })
    const after = headers({ type: 'present', name: 'y' }, { type: 'exact', name: 'x', value: '2' })
    expect(diff(before, after)[0]?.details.map(({ path }) => path)).toEqual(['match.headers[x].value', 'match.headers'])
  })

  test('middleware without a name is compared in place, what is the same around it left alone', () => {
    const middleware = (...middleware: object[]) => route({ middleware })
    const [pass, answer] = [{ type: 'pass' }, { type: 'answer' }]
    expect(diff(middleware(pass, answer), middleware(pass, { type: 'pass', low: 1 }, answer))[0]?.details).toEqual([
      { path: 'middleware[1]', labels: ['Middleware', '2'], action: 'added', after: { type: 'pass', low: 1 } },
    ])
    expect(
      diff(middleware(pass, answer), middleware(pass, { type: 'answer', headers: { 'x-a': 'b' } }))[0]?.details,
    ).toEqual([
      {
        path: 'middleware[1].headers.x-a',
        labels: ['Middleware', '2', 'Headers', 'x-a'],
        action: 'added',
        after: 'b',
      },
    ])
  })

  test('parts of a split are told by their upstream, with shares', () => {
    expect(sentences(split(['a', 9], ['b', 1]), split(['a', 1], ['b', 1], ['c', 2]))).toEqual([
      'route r: Forward › Split › a › Weight 9 → 1 (share 90 % → 25 %)',
      'route r: Forward › Split › c added (share 0 % → 50 %)',
    ])
    expect(sentences(split(['a', 1]), split(['a', 1], ['a', 2]))).toEqual([
      'route r: Forward › Split › 2 {"upstream":"a","weight":2} added',
    ])
  })
})

test('there is a change exactly when the canonical form differs', () => {
  const documents = arbitraryDocument(testModel)
  fc.assert(
    fc.property(documents, documents, (one, other) => {
      const [before, after] = [parse(one), parse(other)]
      const changes = diffConfigs(testModel, before, after)
      expect(changes.length === 0).toBe(canonicalText(before) === canonicalText(after))
      expect(changes.flatMap(describeChange).every((sentence) => sentence.length > 0)).toBe(true)
      expect(JSON.parse(JSON.stringify(changes))).toEqual(changes)
      expect(diffConfigs(testModel, before, parse(one))).toEqual([])
    }),
    { numRuns: 50 },
  )
})

/** One place of a document changed: a value replaced, dropped, doubled, or two of a list swapped. */
function mutate(value: unknown, path: number[], kind: number): unknown {
  if (typeof value !== 'object' || value === null || path.length === 0) return value
  const keys = Object.keys(value)
  const key = keys[(path[0] ?? 0) % Math.max(keys.length, 1)]
  if (key === undefined) return value
  if (path.length > 1) {
    const inner = mutate((value as Record<string, unknown>)[key], path.slice(1), kind)
    return Array.isArray(value) ? value.with(Number(key), inner) : { ...value, [key]: inner }
  }
  if (!Array.isArray(value)) return Object.fromEntries(Object.entries(value).filter(([name]) => name !== key))
  if (kind === 0) return value.toReversed()
  return kind === 1 ? value.toSpliced(Number(key), 1) : [...value, value[Number(key)]]
}

test('no small difference is overlooked', () => {
  const place = fc.array(fc.nat(20), { minLength: 1, maxLength: 6 })
  fc.assert(
    fc.property(arbitraryDocument(testModel), place, fc.nat(2), (document, path, kind) => {
      const mutated = parseConfig(testModel, mutate(document, path, kind))
      fc.pre(mutated.ok)
      const before = parse(document)
      const changes = diffConfigs(testModel, before, mutated.value)
      expect(changes.length === 0).toBe(canonicalText(before) === canonicalText(mutated.value))
      expect(changes.every(({ details, action }) => action !== 'changed' || details.length > 0)).toBe(true)
    }),
    { numRuns: 300 },
  )
})

describe('certificates', () => {
  const pem = (body: string) => `-----BEGIN CERTIFICATE-----\n${body}\n-----END CERTIFICATE-----\n`
  const web = (fields: object) => ({
    certificates: [{ id: 'web', certificate: pem('MAA='), key: { secret: 'a' }, ...fields }],
  })

  test('a renewed one is told without its text', () => {
    expect(sentences(web({}), web({ certificate: pem('MAMCAQE=') }))).toEqual(['certificate web: Certificate changed'])
  })

  test('where certificate and key are is told in words', () => {
    expect(sentences(web({}), web({ certificate: { file: 'web.pem' }, key: { secret: 'b' } }))).toEqual([
      'certificate web: Certificate PEM text → file web.pem',
      'certificate web: Private key › Secret a → b',
    ])
    expect(
      sentences(web({ certificate: { file: 'a.pem' } }), web({ certificate: { file: 'b.pem' }, key: { env: 'K' } })),
    ).toEqual(['certificate web: Certificate › File a.pem → b.pem', 'certificate web: Private key secret a → env K'])
    expect(sentences({}, web({}))).toEqual(['certificate web added'])
  })
})
