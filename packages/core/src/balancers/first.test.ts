import { expect, test } from 'vitest'
import { createBalancer } from './create.ts'

const request = { clientIp: '', host: '', url: '/', header: () => undefined }

test('the next is taken only while those before it are not eligible; a weight of 0 takes one out', () => {
  const targets = [1, 0, 7, 3].map((weight, n) => ({
    id: 'abcd'[n] as string,
    host: '',
    port: '',
    weight,
    ramp: 0.01,
    inFlight: 50,
    latencyMs: 9,
  }))
  const balancer = createBalancer({ type: 'first' }, targets, { random: () => 0 })
  const without = (...ids: string[]) => balancer.pick(request, ({ id }) => !ids.includes(id))?.id
  expect([without(), without('a'), without('a', 'c'), without(), without('a', 'c', 'd')]).toEqual([
    'a',
    'c',
    'd',
    'a',
    undefined,
  ])
})
