import { expect, test } from 'vitest'
import type { TargetHealth, UpstreamHealth } from './trpc.ts'
import { choicesOf, isUsed, lowestTier, upstreamWord } from './upstream-health.ts'

const target = (id: string, over = {}) => ({ id, url: 'http://127.0.0.1:1', ...over })

const health = (state: TargetHealth['state'], exempt = false): TargetHealth => ({
  state,
  since: '2026-01-01T00:00:00.000Z',
  effectiveWeight: 1,
  draining: null,
  slowStartUntil: null,
  nodes: [
    {
      node: 'one',
      health: {
        state,
        since: '2026-01-01T00:00:00.000Z',
        effectiveWeight: 1,
        eligibleWorkers: 1,
        ...(exempt && { exempt: true as const }),
      },
    },
  ],
})
const upstream = (targets: UpstreamHealth['targets'], over: Partial<UpstreamHealth> = {}): UpstreamHealth => ({
  noneEligible: [],
  tier: 0,
  breaker: null,
  fairness: null,
  targets,
  ...over,
})

test('those that take traffic are counted, and those of them that are well', () => {
  const targets = [target('a'), target('b'), target('c', { drain: true }), target('d', { weight: 0 })]
  const known = { a: health('healthy'), b: health('unhealthy'), c: health('ejected'), d: health('unhealthy') }
  expect(upstreamWord(targets, upstream(known))).toEqual({ kind: 'attention', well: 1, of: 2 })
  expect(upstreamWord(targets, upstream({ ...known, b: health('unknown') }))).toEqual({ kind: 'ok', well: 2, of: 2 })
  expect(upstreamWord(targets, undefined)).toBeUndefined()
})

test('an upstream of which no target is well, or whose breaker is open, has failed', () => {
  const targets = [target('a')]
  expect(upstreamWord(targets, upstream({ a: health('ejected') }))?.kind).toBe('failed')
  expect(upstreamWord(targets, upstream({ a: health('healthy') }, { breaker: 'open' }))?.kind).toBe('failed')
  expect(upstreamWord(targets, upstream({ a: health('healthy') }, { breaker: 'half-open' }))?.kind).toBe('attention')
})

test('backups that serve ask for attention; where all targets are of one tier there are none', () => {
  const targets = [target('a', { tier: 2 }), target('b', { tier: 3 })]
  const known = { a: health('healthy'), b: health('healthy') }
  expect(lowestTier(targets)).toBe(2)
  expect(upstreamWord(targets, upstream(known, { tier: 2 }))?.kind).toBe('ok')
  expect(upstreamWord(targets, upstream(known, { tier: 3 }))?.kind).toBe('attention')
})

test('a target that is used in spite of its state counts as used, not as well', () => {
  expect(isUsed(health('unhealthy', true))).toBe(true)
  expect(isUsed(health('unhealthy'))).toBe(false)
  expect(upstreamWord([target('a')], upstream({ a: health('unhealthy', true) }))?.well).toBe(0)
})

test('nodes that do the same about it stand together', () => {
  const nodes = [
    { node: 'one', choice: 'use-all' },
    { node: 'two', choice: 'fail' },
    { node: 'three', choice: 'use-all' },
  ]
  expect(choicesOf(nodes)).toEqual([
    { choice: 'use-all', nodes: ['one', 'three'] },
    { choice: 'fail', nodes: ['two'] },
  ])
})
