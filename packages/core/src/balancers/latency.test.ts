import { expect, test } from 'vitest'
import type { Target } from './contract.ts'
import { createBalancer } from './create.ts'
import { seededRandom } from './seeded-random.ts'

type Live = { -readonly [Key in keyof Target]: Target[Key] }
const request = { clientIp: '', host: '', url: '/', header: () => undefined }

const targetsOf = (latencies: readonly number[], weights: readonly number[] = []): Live[] =>
  latencies.map((latencyMs, n) => ({
    id: `t${n}`,
    host: '',
    port: '',
    weight: weights[n] ?? 1,
    ramp: 1,
    inFlight: 0,
    latencyMs,
  }))

function countsOf(targets: Live[], picks: number, choices = 2, hold = false): number[] {
  const balancer = createBalancer({ type: 'latency', choices }, targets, { random: seededRandom(6) })
  const counts = targets.map(() => 0)
  for (let n = 0; n < picks; n++) {
    const picked = balancer.pick(request, () => true) as Live
    if (hold) picked.inFlight++
    const at = targets.indexOf(picked)
    counts[at] = (counts[at] as number) + 1
  }
  return counts
}

test('of those drawn the fastest is taken, until it has as much in flight as it is faster', () => {
  expect(countsOf(targetsOf([10, 50]), 1000)[1]).toBeLessThan(20)
  const [fast = 0, slow = 0] = countsOf(targetsOf([10, 50]), 600, 2, true)
  expect(fast / slow).toBeGreaterThan(4)
  expect(fast / slow).toBeLessThan(6)
})

test('equally fast targets get traffic by weight, with little in flight as with much', () => {
  for (const hold of [false, true]) {
    const [heavy = 0] = countsOf(targetsOf([20, 20], [3, 1]), 4000, 2, hold)
    expect(heavy / 4000).toBeGreaterThan(0.72)
    expect(heavy / 4000).toBeLessThan(0.78)
  }
})

test('a newcomer is as good as the others it is drawn with', () => {
  const [newcomer = 0, ...others] = countsOf(targetsOf([Number.NaN, 20, 20, 20]), 4000, 2, true)
  for (const other of others) expect(Math.abs(newcomer - other)).toBeLessThan(100)
  expect(countsOf(targetsOf([Number.NaN, Number.NaN]), 4000, 2, true)[0]).toBeCloseTo(2000, -2)
})

test('one whose value has fallen to nothing gets some requests on trial, not all until its first answer', () => {
  const [forgotten = 0] = countsOf(targetsOf([0, 20, 20, 20]), 1000, 2, true)
  expect(forgotten).toBeGreaterThan(250)
  // Half of the picks draw it. Against the floor it takes at most 20 times what another has.
  const [flooded = 0, other = 1] = countsOf(targetsOf([0, 1000]), 2000, 2, true)
  expect(flooded / other).toBeLessThan(21)
})
