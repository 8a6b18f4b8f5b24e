import { expect, test } from 'vitest'
import type { Balancer, Target } from './contract.ts'
import { checkStrategy, createBalancer, predictShares } from './create.ts'

const strategy = { type: 'hash', key: { from: 'header', name: 'x-key' } } as const

const targetsOf = (...weights: number[]): Target[] =>
  weights.map((weight, index) => ({
    id: 'abcdefgh'[index] as string,
    host: 'h',
    port: '',
    weight,
    inFlight: 0,
    ramp: 1,
    latencyMs: Number.NaN,
  }))

function pick(balancer: Balancer, key: string, eligible: (target: Target) => boolean = () => true): string {
  const request = { clientIp: '', host: '', url: '/', header: () => key }
  return balancer.pick(request, eligible)?.id ?? '-'
}

test('the same key goes to the same target, and without a key turns are taken', () => {
  const balancer = createBalancer(strategy, targetsOf(5, 1, 1), { random: () => 0 })
  expect(new Set(Array.from({ length: 20 }, () => pick(balancer, 'k'))).size).toBe(1)
  expect(Array.from({ length: 7 }, () => pick(balancer, '')).join('')).toBe('aabacaa')
})

test('only the keys of a target that is not eligible go elsewhere, and come back', () => {
  const balancer = createBalancer(strategy, targetsOf(2, 2, 2), { random: () => 0 })
  const keys = Array.from({ length: 1000 }, (_, n) => `key ${n}`)
  const before = keys.map((key) => pick(balancer, key))
  const without = keys.map((key) => pick(balancer, key, (target) => target.id !== 'b'))
  without.forEach((id, index) => {
    if (before[index] !== 'b') expect(id).toBe(before[index])
  })
  expect(keys.map((key) => pick(balancer, key))).toEqual(before)
})

test('shares are exact where 32,768 values do not divide evenly', () => {
  const targets = [3000, 27_000].map((weight, n) => ({ id: `t${n}`, url: `http://h${n}`, weight }))
  // 30,000 places: the first 2,768 of them are hit twice.
  expect(predictShares(strategy, targets)).toEqual([(3000 + 2768) / 32_768, 27_000 / 32_768])
})

test('refuses weights whose sum 15 bits cannot reach', () => {
  const weighing = (weight: number, enabled = true) => ({ id: 'a', url: 'http://a', weight, enabled })
  expect(checkStrategy(strategy, [weighing(32_767), weighing(1)])).toEqual([])
  expect(checkStrategy(strategy, [weighing(32_768), weighing(1)])).toEqual([
    'The weights add up to 32769; hash reaches 32768 at most. Use smaller weights.',
  ])
  expect(checkStrategy(strategy, [weighing(32_768), weighing(1, false)])).toEqual([])
})
