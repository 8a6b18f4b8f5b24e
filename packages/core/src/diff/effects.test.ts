import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Upstream } from '../config/model.ts'
import { parseResource } from '../config/parse.ts'
import { arbitraryDocument } from '../config/testing/arbitrary-document.ts'
import { testModel } from '../config/testing/test-model.ts'
import { findEffects } from './effects.ts'

function parse(value: object): Upstream {
  const parsed = parseResource(testModel, 'upstreams', { id: 'shop', ...value })
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems))
  return parsed.value
}

const target = (id: string, fields: object = {}) => ({ id, url: `http://${id}`, ...fields })
const [a, b, c] = ['a', 'b', 'c'].map((id) => target(id))
const effects = (before: object, after: object) => findEffects(parse(before), parse(after))
const sentences = (before: object, after: object) => effects(before, after).sentences
const all = (...targets: unknown[]) => ({ targets })

describe('of targets', () => {
  test('a changed weight resets nothing', () => {
    expect(effects(all(a, b), all(a, target('b', { weight: 9 })))).toEqual({
      kept: [
        { what: 'health', targets: ['a', 'b'] },
        { what: 'latency', targets: ['a', 'b'] },
        { what: 'connections', targets: ['a', 'b'] },
        { what: 'position' },
      ],
      reset: [],
      sentences: ['kept: health, latency and connections of a and b; position of the rotation'],
    })
  })

  test('another address begins anew, for that target alone', () => {
    expect(sentences(all(a, b, c), all(a, b, target('c', { url: 'http://other' })))).toEqual([
      'kept: health, latency and connections of a and b; position of the rotation',
      'reset: health, latency and connections of c (its address changed)',
    ])
  })

  test('what comes is new, what goes is lost, and another order changes nothing', () => {
    expect(sentences(all(a, b), all(c, a))).toEqual([
      'kept: health, latency and connections of a; position of the rotation',
      'reset: health, latency and connections of c (new); health, latency and connections of b (removed)',
    ])
    expect(effects(all(a, b), all(b, a)).reset).toEqual([])
  })

  test('one that is drained or disabled keeps its health and loses its connections', () => {
    expect(effects(all(a, b), all(a, target('b', { drain: true }))).reset).toEqual([
      { what: 'connections', targets: ['b'], because: 'drains' },
    ])
    expect(sentences(all(a, b), all(a, target('b', { enabled: false })))[1]).toBe('reset: connections of b (disabled)')
    expect(effects(all(target('a', { drain: true })), all(target('a', { drain: true, enabled: false }))).reset).toEqual(
      [],
    )
  })

  test('other rules of TLS reset the connections of those that are spoken to by it', () => {
    const targets = [a, target('b', { url: 'https://b' })]
    expect(effects({ targets }, { targets, tls: { verify: false } }).reset).toEqual([
      { what: 'connections', targets: ['b'], because: 'tls' },
    ])
  })

  test('of many targets only those that are reset are named', () => {
    const many = Array.from({ length: 10_000 }, (_, index) => target(`t${index}`))
    const { kept, reset, sentences } = effects(all(...many), all(...many.slice(1)))
    expect(kept).toEqual([{ what: 'health' }, { what: 'latency' }, { what: 'connections' }, { what: 'position' }])
    expect(reset.map(({ targets }) => targets)).toEqual([['t0'], ['t0'], ['t0']])
    expect(sentences[0]).toBe('kept: health, latency and connections of all others; position of the rotation')
    expect(effects(all(), all(...many)).sentences[1]).toBe(
      'reset: health, latency and connections of t0, t1, t2, t3 and 9996 more (new)',
    )
  })
})

describe('of health', () => {
  test('another probe keeps what is known; without a probe nothing is', () => {
    const probed = { targets: [a, b], health: { active: { path: '/health' } } }
    expect(effects(probed, { ...probed, health: { active: { path: '/other', intervalMs: 500 } } }).reset).toEqual([])
    expect(effects(probed, { ...probed, health: { active: { type: 'tcp' } } }).reset).toEqual([])
    expect(sentences(probed, all(a, b))[1]).toBe('reset: health of a and b (turned off)')
  })

  test('where failures do not count any more, nothing stays out because of them', () => {
    const off = { targets: [a, b], health: { passive: { consecutiveFailures: 0 } } }
    expect(sentences(all(a, b), off)).toEqual([
      'kept: health, latency and connections of a and b; position of the rotation',
      'reset: ejections (turned off)',
    ])
    expect(effects(all(a, b), { targets: [a, b], health: { passive: { maxEjectedPercent: 0 } } }).reset).toHaveLength(1)
    expect(effects(off, all(a, b)).reset).toEqual([])
    expect(effects(all(a, b), { targets: [a, b], health: { passive: { ejectMs: 5 } } }).reset).toEqual([])
  })
})

describe('of the upstream as a whole', () => {
  const by = (type: string, options: object = {}) => ({ targets: [a, b], strategy: { type, ...options } })

  test.each([
    ['weighted-round-robin', 'weighted-round-robin', 'kept'],
    ['weighted-round-robin', 'hash', 'kept'],
    ['consistent-hash', 'weighted-round-robin', 'kept'],
    ['round-robin', 'round-robin', 'kept'],
    ['round-robin', 'weighted-round-robin', 'reset'],
    ['weighted-round-robin', 'random', 'reset'],
    ['random', 'weighted-round-robin', 'neither'],
  ])('from %s to %s the position is %s', (before, after, becomes) => {
    const key = { key: { from: 'client-ip' } }
    const { kept, reset } = effects(
      by(before, before.includes('hash') ? key : {}),
      by(after, after.includes('hash') ? key : {}),
    )
    const has = (list: { what: string }[]) => list.some(({ what }) => what === 'position')
    expect(has(kept) ? 'kept' : has(reset) ? 'reset' : 'neither').toBe(becomes)
  })

  test('of keys it is told how many go elsewhere', () => {
    const hashed = (targets: unknown[], options: object = {}) => ({
      targets,
      strategy: { type: 'consistent-hash', key: { from: 'client-ip' }, ...options },
    })
    const keysOf = ({ kept, reset }: ReturnType<typeof effects>) =>
      [kept, reset].map((list) => list.find(({ what }) => what === 'keys'))
    const [kept, reset] = keysOf(effects(hashed([a, b]), hashed([a, b, c])))
    expect((kept?.share ?? 0) + (reset?.share ?? 0)).toBeCloseTo(1, 9)
    expect(reset?.share).toBeGreaterThan(0.2)
    expect(reset?.share).toBeLessThan(0.5)
    expect(keysOf(effects(hashed([a, b]), { ...hashed([a, b]), title: 'A shop' }))).toEqual([
      { what: 'keys', share: 1 },
      undefined,
    ])
    const other = { what: 'keys', because: 'strategy' }
    expect(keysOf(effects(hashed([a]), all(a)))).toEqual([undefined, other])
    expect(keysOf(effects(hashed([a]), hashed([a], { key: { from: 'url' } })))).toEqual([undefined, other])
    expect(keysOf(effects(all(a), hashed([a])))).toEqual([undefined, undefined])
  })

  test('the breaker begins anew when its settings change, and only then', () => {
    const broken = (breaker: object) => ({ targets: [a], breaker })
    expect(effects(broken({}), { ...broken({}), title: 'A shop' }).kept).toContainEqual({ what: 'breaker' })
    expect(effects(broken({}), broken({ trials: 9 })).reset).toEqual([{ what: 'breaker', because: 'settings' }])
    expect(effects(broken({}), all(a)).reset).toEqual([{ what: 'breaker', because: 'off' }])
    expect(effects(all(a), broken({})).reset).toEqual([])
  })

  test('affinity holds by id, name and key', () => {
    const sticky = (targets: unknown[], affinity: object = {}) => ({
      targets,
      affinity: { type: 'cookie', ...affinity },
    })
    const affinityOf = ({ kept, reset }: ReturnType<typeof effects>) =>
      [...kept, ...reset].filter(({ what }) => what === 'affinity')
    const before = sticky([a, b])
    expect(affinityOf(effects(before, sticky([a, target('b', { url: 'http://other' })], { maxAgeMs: 5000 })))).toEqual([
      { what: 'affinity', targets: ['a', 'b'] },
    ])
    expect(affinityOf(effects(before, sticky([a, b], { name: 'other' })))).toEqual([
      { what: 'affinity', because: 'settings' },
    ])
    expect(affinityOf(effects(before, sticky([a, b], { key: { secret: 'sticky' } })))).toEqual([
      { what: 'affinity', because: 'settings' },
    ])
    expect(affinityOf(effects(before, sticky([a, target('b', { weight: 0 })])))).toEqual([
      { what: 'affinity', targets: ['a'] },
      { what: 'affinity', targets: ['b'], because: 'weight' },
    ])
    expect(affinityOf(effects(before, sticky([c, a])))).toEqual([
      { what: 'affinity', targets: ['a'] },
      { what: 'affinity', targets: ['b'], because: 'removed' },
    ])
    expect(affinityOf(effects(before, all(a, b)))).toEqual([{ what: 'affinity', because: 'off' }])
    expect(affinityOf(effects(all(a, b), before))).toEqual([])
  })
})

/** An upstream and what it may become: other fields, of its own or of another, and some of its targets as they were. */
const edits = fc
  .tuple(arbitraryDocument(testModel), arbitraryDocument(testModel), fc.array(fc.nat(3), { maxLength: 4 }))
  .map(([one, other, staying]) => {
    const before = parse({ ...one.upstreams?.[0], id: 'shop' })
    const after = parse({ ...other.upstreams?.[0], id: 'shop' })
    const kept = before.targets.filter((_, index) => staying.includes(index))
    const ids = new Set(kept.map(({ id }) => id))
    return { before, after: { ...after, targets: [...kept, ...after.targets.filter(({ id }) => !ids.has(id))] } }
  })

test('nothing is both kept and reset, nobody is forgotten, and the same loses nothing', () => {
  fc.assert(
    fc.property(edits, ({ before, after }) => {
      const { kept, reset } = findEffects(before, after)
      for (const what of ['health', 'latency', 'connections', 'affinity'] as const) {
        const named = [...kept, ...reset]
          .filter((effect) => effect.what === what)
          .flatMap(({ targets = [] }) => targets)
        expect(new Set(named).size).toBe(named.length)
        const ids = new Set([...before.targets, ...after.targets].map(({ id }) => id))
        if (what !== 'affinity') expect(new Set(named)).toEqual(ids)
      }
      for (const what of ['position', 'breaker'] as const) {
        expect([...kept, ...reset].filter((effect) => effect.what === what).length).toBeLessThanOrEqual(1)
      }
      expect(kept.every(({ because }) => because === undefined)).toBe(true)
      expect(reset.every(({ what, because }) => what === 'keys' || because !== undefined)).toBe(true)
      expect(findEffects(before, before).reset).toEqual([])
    }),
    { numRuns: 200, seed: 42 },
  )
})
