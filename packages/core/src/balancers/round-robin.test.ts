import { expect, test } from 'vitest'
import type { Balancer, BalancerServices, Target } from './contract.ts'
import { createBalancer } from './create.ts'

const request = { clientIp: '', host: '', url: '/', header: () => undefined }

function balance(weights: Record<string, number>, more: Partial<BalancerServices> = {}): Balancer {
  const targets = Object.entries(weights).map(([id, weight]) => ({
    id,
    host: id,
    port: '',
    weight,
    inFlight: 0,
    ramp: 1,
    latencyMs: Number.NaN,
  }))
  return createBalancer({ type: 'round-robin' }, targets, { random: () => 0, ...more })
}

function turns(balancer: Balancer, count: number, eligible: (target: Target) => boolean = () => true): string {
  return Array.from({ length: count }, () => balancer.pick(request, eligible)?.id ?? '-').join('')
}

test('takes turns whatever the weights, but for 0', () => {
  expect(turns(balance({ a: 9, b: 0, c: 1, d: 2 }), 7)).toBe('acdacda')
})

test('goes on behind a target that is not eligible', () => {
  const balancer = balance({ a: 1, b: 1, c: 1 })
  expect(turns(balancer, 2, (target) => target.id !== 'b')).toBe('ac')
  expect(turns(balancer, 3)).toBe('abc')
})

test('goes on with the target whose turn it is when others come and go', () => {
  const before = balance({ a: 1, b: 1, c: 1, d: 1 })
  expect(turns(before, 2)).toBe('ab')
  expect(turns(balance({ x: 1, a: 1, c: 1, d: 1 }, { previous: before }), 4)).toBe('cdxa')
})

test('goes on with the next that stays when that target has left', () => {
  const before = balance({ a: 1, b: 1, c: 1, d: 1 })
  turns(before, 2)
  expect(turns(balance({ a: 1, b: 1, d: 1 }, { previous: before }), 3)).toBe('dab')
})

test('begins anew when every target is another', () => {
  const before = balance({ a: 1, b: 1 })
  turns(before, 1)
  expect(turns(balance({ x: 1, y: 1 }, { previous: before }), 2)).toBe('xy')
})

test('workers begin apart', () => {
  expect(turns(balance({ a: 1, b: 1, c: 1 }, { start: 0.5 }), 3)).toBe('bca')
})
