import { expect, test } from 'vitest'
import type { Target } from './contract.ts'
import { createBalancer } from './create.ts'
import { seededRandom } from './seeded-random.ts'

const request = { clientIp: '', host: '', url: '/', header: () => undefined }

const targetsOf = (inFlight: readonly number[], weights: readonly number[] = []): Target[] =>
  inFlight.map((count, n) => ({
    id: `t${n}`,
    host: '',
    port: '',
    weight: weights[n] ?? 1,
    ramp: 1,
    inFlight: count,
    latencyMs: Number.NaN,
  }))

function sharesOf(targets: Target[], choices: number): number[] {
  const balancer = createBalancer({ type: 'two-choices', choices }, targets, { random: seededRandom(6) })
  const counts = targets.map(() => 0)
  for (let n = 0; n < 40_000; n++) {
    const at = targets.indexOf(balancer.pick(request, () => true) as Target)
    counts[at] = (counts[at] as number) + 1
  }
  return counts.map((count) => count / 40_000)
}

test('the most loaded never wins, the others by how often they are drawn together', () => {
  // Of six pairs: the least loaded is in three, the second wins two, the third one, the last none.
  sharesOf(targetsOf([0, 1, 2, 3]), 2).forEach((share, n) => {
    expect(share).toBeCloseTo((3 - n) / 6, 1.5)
  })
})

test('more choices look further', () => {
  expect(sharesOf(targetsOf([3, 2, 0, 1]), 4)[2]).toBeGreaterThan(0.97)
})

test('load is compared in proportion to weight, and equals go by the draw, which is by weight', () => {
  // Weights 3 and 1 with 6 and 2 in flight are equally loaded.
  const [heavy = 0] = sharesOf(targetsOf([6, 2], [3, 1]), 2)
  expect(heavy).toBeCloseTo(0.75, 1.5)
  expect(sharesOf(targetsOf([7, 2], [3, 1]), 2)[0]).toBeLessThan(0.2)
})
