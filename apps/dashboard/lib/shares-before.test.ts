import { parseConfig } from '@switchyard/core/config/parse'
import { diffConfigs } from '@switchyard/core/diff/diff'
import { model } from '@switchyard/middleware/model'
import { expect, test } from 'vitest'
import { predictedShares } from './predicted.ts'
import { sharesBefore } from './shares-before.ts'

const upstream = (strategy: object, ...targets: object[]) => ({
  id: 'shop',
  strategy,
  targets: targets.map((target) => ({ url: 'http://10.0.0.7:8080', ...target })),
})
const robin = { type: 'weighted-round-robin' }

/** What the diff of two upstreams says of the one before, by its shares. */
function roundTrip(before: ReturnType<typeof upstream>, after: ReturnType<typeof upstream>) {
  const [then, now] = [before, after].map((one) => {
    const parsed = parseConfig(model, { switchyard: 1, upstreams: [one] })
    if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems))
    return parsed.value
  })
  if (now === undefined) throw new Error('unreachable')
  const [change] = diffConfigs(model, then, now)
  return Object.fromEntries(predictedShares(sharesBefore(after, change?.details ?? [])))
}

test.each([
  [
    'a weight',
    upstream(robin, { id: 'a', weight: 5 }, { id: 'b' }),
    upstream(robin, { id: 'a', weight: 5 }, { id: 'b', weight: 5 }),
  ],
  ['a target that came', upstream(robin, { id: 'a' }), upstream(robin, { id: 'a' }, { id: 'b', weight: 3 })],
  ['a target that went', upstream(robin, { id: 'a' }, { id: 'b', weight: 3 }), upstream(robin, { id: 'a' })],
  ['a drain', upstream(robin, { id: 'a' }, { id: 'b' }), upstream(robin, { id: 'a' }, { id: 'b', drain: true })],
  [
    'a strategy',
    upstream({ type: 'round-robin' }, { id: 'a', weight: 9 }, { id: 'b' }),
    upstream(robin, { id: 'a', weight: 9 }, { id: 'b' }),
  ],
])('the shares before %s are found again from the change', (_, before, after) => {
  expect(roundTrip(before, after)).toEqual(Object.fromEntries(predictedShares(before)))
})
