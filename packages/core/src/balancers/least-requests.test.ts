import { expect, test } from 'vitest'
import type { Balancer, Target } from './contract.ts'
import { createBalancer } from './create.ts'

type Live = { -readonly [Key in keyof Target]: Target[Key] }
const request = { clientIp: '', host: '', url: '/', header: () => undefined }

function targetsOf(weights: Record<string, number>): Live[] {
  return Object.entries(weights).map(([id, weight]) => ({
    id,
    host: id,
    port: '',
    weight,
    ramp: 1,
    inFlight: 0,
    latencyMs: Number.NaN,
  }))
}

function fill(balancer: Balancer, count: number, eligible: (target: Target) => boolean = () => true): string {
  const picked = Array.from({ length: count }, () => {
    const target = balancer.pick(request, eligible) as Live
    target.inFlight++
    return target.id
  })
  return picked.join('')
}

test('takes the least (in flight + 1) / weight', () => {
  const targets = targetsOf({ a: 4, b: 2, c: 1 })
  const balancer = createBalancer({ type: 'least-requests' }, targets, { random: () => 0 })
  fill(balancer, 70)
  expect(targets.map(({ inFlight }) => inFlight)).toEqual([40, 20, 10])
})

test('of equals, takes turns as smooth weighted round robin does', () => {
  const targets = targetsOf({ a: 1, b: 1, c: 1 })
  const balancer = createBalancer({ type: 'least-requests' }, targets, { random: () => 0 })
  const idle = Array.from({ length: 6 }, () => balancer.pick(request, () => true)?.id).join('')
  expect(idle).toBe('abcabc')
})

test('workers that begin apart do not all take the same idle target first', () => {
  const firsts = [0, 1 / 3, 2 / 3].map((start) =>
    fill(createBalancer({ type: 'least-requests' }, targetsOf({ a: 1, b: 1, c: 1 }), { random: () => 0, start }), 1),
  )
  expect(firsts.sort()).toEqual(['a', 'b', 'c'])
})

test('in slow start, a part of the weight counts', () => {
  const targets = targetsOf({ a: 1, b: 1 })
  const balancer = createBalancer({ type: 'least-requests' }, targets, { random: () => 0 })
  ;(targets[1] as Live).ramp = 0.25
  fill(balancer, 50)
  expect(targets.map(({ inFlight }) => inFlight)).toEqual([40, 10])
})
