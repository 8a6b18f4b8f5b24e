import { expect, test } from 'vitest'
import { leadOf } from './lead.ts'

test('nodes of several workers begin apart, each at the same place every time', () => {
  const leads = Array.from({ length: 1000 }, (_, i) => leadOf(`edge-${i}`, 4))
  expect(leads).toEqual(Array.from({ length: 1000 }, (_, i) => leadOf(`edge-${i}`, 2)))
  for (let tenth = 0; tenth < 10; tenth++) {
    const within = leads.filter((lead) => lead >= tenth / 10 && lead < (tenth + 1) / 10)
    expect(within.length).toBeGreaterThan(60)
  }
  expect(leads.every((lead) => lead >= 0 && lead < 1)).toBe(true)
})

test('one worker alone begins where nginx begins', () => {
  expect(leadOf('edge-1', 1)).toBe(0)
})
