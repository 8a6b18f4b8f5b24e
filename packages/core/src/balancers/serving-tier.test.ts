import { expect, test } from 'vitest'
import { servingTier } from './serving-tier.ts'

const well = (tier = 0) => ({ tier, takesTraffic: true, out: false })
const out = (tier = 0) => ({ tier, takesTraffic: true, out: true })
const resting = (tier = 0) => ({ tier, takesTraffic: false, out: false })

test('the lowest tier with a target that is well serves', () => {
  expect(servingTier([well(), out(), well(1)], 0)).toEqual({ tier: 0, noneEligible: false })
  expect(servingTier([well(2), out(), out(), well(1)], 0)).toEqual({ tier: 1, noneEligible: false })
})

test('a tier of which too few targets are well gives way to the next one that has enough', () => {
  const tier0 = [well(), well(), out(), out()]
  expect(servingTier([...tier0, well(1)], 50).tier).toBe(0)
  expect(servingTier([...tier0, well(1)], 51).tier).toBe(1)
  expect(servingTier([...tier0, out(1), well(1), well(2)], 51).tier).toBe(2)
})

test('where no tier has enough, the lowest with any serves', () => {
  expect(servingTier([out(), well(), out(1), out(1), well(1)], 100)).toEqual({ tier: 0, noneEligible: false })
  expect(servingTier([out(), out(1), well(1)], 100)).toEqual({ tier: 1, noneEligible: false })
})

test('where none is well, the lowest tier that takes traffic is said', () => {
  expect(servingTier([out(1), out(2)], 0)).toEqual({ tier: 1, noneEligible: true })
  expect(servingTier([resting(), out(1)], 0)).toEqual({ tier: 1, noneEligible: true })
})

test('targets that take no traffic do not count', () => {
  expect(servingTier([resting(), resting(), out(), well()], 50).tier).toBe(0)
  expect(servingTier([resting(), well(1)], 0)).toEqual({ tier: 1, noneEligible: false })
  expect(servingTier([resting(), resting(1)], 0)).toEqual({ tier: 0, noneEligible: false })
  expect(servingTier([], 0)).toEqual({ tier: 0, noneEligible: false })
})
