import { health } from '@switchyard/core/config/health'
import { expect, test } from 'vitest'
import { Ejection } from './ejection.ts'

const config = health.parse({ passive: { ejectMs: 20_000, maxEjectMs: 50_000 } }).passive
const why = { code: 'consecutive_failures', detail: '5 in a row' } as const

test('each ejection is longer than the one before, up to a bound', () => {
  const ejection = new Ejection()
  const times: number[] = []
  let now = 0
  for (let i = 0; i < 4; i++) {
    const forMs = ejection.begin(why, config, now)
    expect(ejection).toMatchObject({ until: now + forMs, cause: why, since: now })
    times.push(forMs)
    now += forMs
    ejection.end(now)
    expect(ejection).toMatchObject({ until: undefined, cause: undefined })
  }
  expect(times).toEqual([20_000, 40_000, 50_000, 50_000])
})

test('each stretch without one takes one back', () => {
  const ejection = new Ejection()
  for (let i = 0; i < 3; i++) {
    ejection.begin(why, config, 0)
    ejection.end(0)
  }
  expect(ejection.begin(why, config, 39_999)).toBe(50_000)
  ejection.end(40_000)
  expect(ejection.begin(why, config, 40_000 + 60_000)).toBe(20_000)
})

test('a short one is not forgotten in less than ten seconds', () => {
  const short = { ...config, ejectMs: 100 }
  const ejection = new Ejection()
  ejection.begin(why, short, 0)
  ejection.end(100)
  expect(ejection.begin(why, short, 10_000)).toBe(200)
  ejection.end(10_200)
  expect(ejection.begin(why, short, 20_200)).toBe(200)
})
