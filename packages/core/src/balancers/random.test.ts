import { expect, test } from 'vitest'
import { createBalancer } from './create.ts'
import { seededRandom } from './seeded-random.ts'

const request = { clientIp: '', host: '', url: '/', header: () => undefined }

test('keeps the proportions of those that are eligible, be they few', () => {
  const targets = Array.from({ length: 100 }, (_, n) => ({
    id: String(n),
    host: '',
    port: '',
    weight: n === 98 ? 3 : n === 99 ? 1 : 50,
    inFlight: 0,
    ramp: 1,
    latencyMs: Number.NaN,
  }))
  const balancer = createBalancer({ type: 'random' }, targets, { random: seededRandom(2) })
  const picks = 20_000
  let heavier = 0
  for (let pick = 0; pick < picks; pick++) {
    const target = balancer.pick(request, (target) => Number(target.id) >= 98)
    if (target?.id === '98') heavier++
  }
  expect(heavier / picks).toBeGreaterThan(0.735)
  expect(heavier / picks).toBeLessThan(0.765)
})

test('reaches the first and the last place', () => {
  const targets = ['a', 'b', 'c'].map((id) => ({
    id,
    host: '',
    port: '',
    weight: 1,
    inFlight: 0,
    ramp: 1,
    latencyMs: Number.NaN,
  }))
  const pickAt = (drawn: number) =>
    createBalancer({ type: 'random' }, targets, { random: () => drawn }).pick(request, () => true)?.id
  expect([0, 1 / 3, 0.5, 2 / 3, 1 - Number.EPSILON / 2].map(pickAt)).toEqual(['a', 'b', 'b', 'c', 'c'])
})
