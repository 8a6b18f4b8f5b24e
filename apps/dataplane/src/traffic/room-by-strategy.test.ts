import { strategies } from '@switchyard/core/balancers/registry'
import { expect, test } from 'vitest'
import { startBackend } from './testing/backend.ts'
import { ask } from './testing/client.ts'
import { forwardTo, startGateway } from './testing/gateway.ts'

/** A backend that takes a moment, and knows how much it had in hand at most. */
async function startBusy() {
  let now = 0
  let most = 0
  const backend = await startBackend((_request, response) => {
    most = Math.max(most, ++now)
    setTimeout(() => {
      now--
      response.end('ok')
    }, 2)
  })
  return { ...backend, most: () => most }
}

const hashing = ['hash', 'consistent-hash', 'maglev']

test.each(strategies.map(({ type }) => type))('%s gives no target more than it may have', async (type) => {
  await using a = await startBusy()
  await using b = await startBusy()
  const strategy = { type, ...(hashing.includes(type) && { key: { from: 'path' } }) }
  const targets = [
    { id: 'a', url: a.url, maxInFlight: 2 },
    { id: 'b', url: b.url, maxConnections: 3 },
  ]
  await using gateway = await startGateway(forwardTo([], { strategy, targets }))
  const answers = await Promise.all(Array.from({ length: 120 }, (_, n) => ask(gateway.port, { path: `/${n}` })))
  expect(answers.every(({ status }) => status === 200)).toBe(true)
  expect(a.most()).toBeLessThanOrEqual(2)
  expect(b.most()).toBeLessThanOrEqual(3)
  // `first` goes on to the second when the first is full.
  expect(Math.min(a.most(), b.most())).toBeGreaterThan(0)
})
