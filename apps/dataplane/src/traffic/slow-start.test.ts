import { expect, test } from 'vitest'
import { rampAt } from './slow-start.ts'
import { startNamed } from './testing/backend.ts'
import { ask, until } from './testing/client.ts'
import { forwardTo, type Gateway, startGateway, type Written } from './testing/gateway.ts'
import type { Verdict } from './traffic.ts'

const slowStart = { windowMs: 10_000, minPercent: 10, aggression: 1 }

test('the ramp grows evenly from its minimum to 1, faster at first with more aggression', () => {
  const at = (ageMs: number, aggression = 1) => rampAt(ageMs, { ...slowStart, aggression })
  expect([-5, 0, 500, 2500, 5000, 9999, 10_000, 20_000].map((age) => Number(at(age).toFixed(3)))).toEqual([
    0.1, 0.1, 0.1, 0.25, 0.5, 1, 1, 1,
  ])
  expect(at(2500, 2)).toBe(0.5)
  expect(at(5000, 0.5)).toBe(0.25)
})

const targetOf = (gateway: Gateway, index: number) => gateway.traffic.state().upstreams[0]?.targets[index]

/** How many of so many requests the second of two targets answers. */
async function shareOfB(gateway: Gateway, requests: number): Promise<number> {
  let count = 0
  for (let n = 0; n < requests; n++) if ((await ask(gateway.port)).text === 'b') count++
  return count / requests
}

test('a target in slow start gets its part of its weight, more as time passes, over publishes, and all of it at the end', async () => {
  await using a = await startNamed('a')
  await using b = await startNamed('b')
  const document = (windowMs: number, more: Written = {}) =>
    forwardTo([a.url, b.url], { slowStart: { ...slowStart, windowMs }, ...more })
  const aged = (slowStartAgeMs: number): Verdict => ({
    upstream: 'app',
    target: 'b',
    url: b.url,
    out: false,
    slowStartAgeMs,
  })
  await using gateway = await startGateway(document(1_000_000))
  expect(targetOf(gateway, 1)).toMatchObject({ ramp: 1, effectiveWeight: 1 })
  gateway.traffic.judge([aged(250_000)], false)
  expect(targetOf(gateway, 1)?.ramp).toBeCloseTo(0.25, 2)
  expect(targetOf(gateway, 1)?.effectiveWeight).toBeCloseTo(0.25, 2)
  expect(await shareOfB(gateway, 100)).toBeCloseTo(0.2, 1)
  await gateway.publish(document(1_000_000, { drainMs: 1000 }))
  expect(targetOf(gateway, 1)?.ramp).toBeCloseTo(0.25, 2)
  const before = targetOf(gateway, 1)?.ramp ?? 1
  await until(() => (targetOf(gateway, 1)?.ramp ?? 0) > before, 'it grows by itself')
  await gateway.publish(document(400_000))
  expect(targetOf(gateway, 1)?.ramp, 'by the window of this revision').toBeCloseTo(0.625, 2)
  await gateway.publish(forwardTo([a.url, b.url]))
  expect(targetOf(gateway, 1)?.ramp, 'there is no slow start').toBe(1)
  await gateway.publish(document(1_000_000))
  expect(targetOf(gateway, 1)?.ramp, 'its clock went on').toBeCloseTo(0.25, 2)
  gateway.traffic.judge([aged(999_500)], false)
  expect(targetOf(gateway, 1)?.ramp).toBeLessThan(1)
  await until(() => targetOf(gateway, 1)?.ramp === 1, 'it is over')
  gateway.traffic.judge([aged(0)], false)
  expect(targetOf(gateway, 1)?.ramp).toBe(0.1)
  gateway.traffic.judge([], true)
  expect(targetOf(gateway, 1)?.ramp).toBe(1)
})
