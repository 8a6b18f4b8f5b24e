import { expect, test } from 'vitest'
import type { Balancer, BalancerServices, Target } from './contract.ts'
import { createBalancer } from './create.ts'

const services = { random: () => 0 }
const request = { clientIp: '', host: '', url: '/', header: () => undefined }

const targets = (weights: Record<string, number>): Target[] =>
  Object.entries(weights).map(([id, weight]) => ({
    id,
    host: id,
    port: '',
    weight,
    inFlight: 0,
    ramp: 1,
    latencyMs: Number.NaN,
  }))

function balance(weights: Record<string, number>, more: Partial<BalancerServices> & { maxFails?: number } = {}) {
  const { maxFails = 1, ...rest } = more
  return createBalancer({ type: 'weighted-round-robin', maxFails }, targets(weights), { ...services, ...rest })
}

function turns(balancer: Balancer, count: number, eligible: (target: Target) => boolean = () => true): string {
  return Array.from({ length: count }, () => balancer.pick(request, eligible)?.id ?? '-').join('')
}

const a: Target = { id: 'a', host: 'a', port: '', weight: 5, inFlight: 0, ramp: 1, latencyMs: Number.NaN }

test('5, 1, 1 gives a a b a c a a, again and again', () => {
  expect(turns(balance({ a: 5, b: 1, c: 1 }), 21)).toBe('aabacaa'.repeat(3))
})

test('a failing target loses its weight and earns it back by one at each pick', () => {
  const balancer = balance({ a: 5, b: 1, c: 1 })
  balancer.failed?.(a)
  expect(balancer.effectiveWeight?.(a)).toBe(0)
  expect(turns(balancer, 14)).toBe('bcaabaacaaabaa')
  expect(balancer.effectiveWeight?.(a)).toBe(5)
})

test('a failure takes weight / maxFails, and never more than there is', () => {
  const balancer = balance({ a: 5, b: 1 }, { maxFails: 2 })
  const left = Array.from({ length: 4 }, () => {
    balancer.failed?.(a)
    return balancer.effectiveWeight?.(a)
  })
  expect(left).toEqual([3, 1, 0, 0])
})

test('maxFails 0 leaves weights alone', () => {
  const balancer = balance({ a: 5, b: 1 }, { maxFails: 0 })
  balancer.failed?.(a)
  expect(balancer.effectiveWeight?.(a)).toBe(5)
})

test('says nothing of the weight of a target that is not its own', () => {
  expect(balance({ b: 1 }).effectiveWeight?.(a)).toBeUndefined()
})

test('editing one weight keeps the current weights of the others', () => {
  const before = balance({ a: 5, b: 1, c: 1 })
  expect(turns(before, 4)).toBe('aaba')
  // Now a stands at -1, b at -3, c at 4. With c of weight 2 the rounds add 5, 1 and 2, and the picked one pays 8.
  const after = balance({ a: 5, b: 1, c: 2 }, { previous: before })
  expect(turns(after, 8)).toBe('caacaaba')
})

test('an edited weight counts in full at once, others keep what failures took', () => {
  const before = balance({ a: 5, b: 4, c: 1 })
  before.failed?.(a)
  before.failed?.({ ...a, id: 'b' })
  const after = balance({ a: 6, b: 4, c: 1 }, { previous: before })
  expect(after.effectiveWeight?.(a)).toBe(6)
  expect(after.effectiveWeight?.({ ...a, id: 'b' })).toBe(0)
})

test('a newcomer begins in the middle of the others, however far a target that left has brought them', () => {
  const before = balance({ a: 1000, b: 1, c: 1 })
  expect(turns(before, 300)).toBe('a'.repeat(300))
  const after = turns(balance({ b: 1, c: 1, d: 1 }, { previous: before }), 9)
  expect(after.split('d').length - 1).toBe(3)
})

test('weights that become much smaller do not leave one target with all requests', () => {
  const before = balance({ a: 60_000, b: 60_000 })
  turns(before, 1)
  const after = turns(balance({ a: 1, b: 1 }, { previous: before }), 100)
  expect(after.split('a').length - 1).toBeGreaterThan(35)
})

test('a target that is not eligible keeps its place, and the others share by weight', () => {
  const balancer = balance({ a: 2, b: 1, c: 1 })
  expect(turns(balancer, 6, (target) => target.id !== 'a')).toBe('bcbcbc')
  expect(turns(balancer, 4)).toBe('abca')
})

test('workers that begin apart are even in their sum', () => {
  const workers = [0, 0.25, 0.5, 0.75].map((start) => balance({ a: 3, b: 1 }, { start }))
  const firsts = workers.map((balancer) => turns(balancer, 1)).sort()
  expect(firsts).toEqual(['a', 'a', 'a', 'b'])
})

test('a start far into very many turns is still quick to build', () => {
  const weights = Object.fromEntries(Array.from({ length: 10_000 }, (_, n) => [`t${n}`, 60_000 + n]))
  expect(turns(balance(weights, { start: 0.9 }), 1)).not.toBe('-')
})

test('a balancer that is replaced again before it was used hands its state on', () => {
  const first = balance({ a: 5, b: 1, c: 1 })
  expect(turns(first, 2)).toBe('aa')
  const second = balance({ a: 5, b: 1, c: 1 }, { previous: first })
  const third = balance({ a: 5, b: 1, c: 1 }, { previous: second })
  expect(turns(third, 5)).toBe('bacaa')
})
