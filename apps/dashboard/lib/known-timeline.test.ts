import { expect, test } from 'vitest'
import { takeNewest, takeOlder } from './known-timeline.ts'
import type { Timeline } from './trpc.ts'

const page = (ids: number[], more: boolean): Timeline => ({
  events: ids.map((id) => ({
    id,
    node: 'one',
    seq: id,
    at: '2026-01-01T00:00:00.000Z',
    type: 'healthy',
    upstream: 'shop',
  })),
  more,
})
const idsOf = ({ events }: Timeline) => events.map(({ id }) => id)

test('new events come before what is known, each once', () => {
  const known = page([5, 4, 3], true)
  expect(idsOf(takeNewest(known, page([7, 6, 5], true)))).toEqual([7, 6, 5, 4, 3])
  expect(takeNewest(known, page([5, 4, 3], true))).toBe(known)
  expect(idsOf(takeNewest(undefined, known))).toEqual([5, 4, 3])
})

test('when more happened than a page holds, nothing is shown beside what is missing', () => {
  expect(takeNewest(page([5, 4], false), page([99, 98], true))).toEqual(page([99, 98], true))
  expect(idsOf(takeNewest(page([5, 4], false), page([7, 6], false)))).toEqual([7, 6, 5, 4])
})

test('older events come behind', () => {
  expect(takeOlder(page([5, 4], true), page([4, 3], false))).toEqual(page([5, 4, 3], false))
})

test('a screen that is left open keeps a bounded number of events', () => {
  const known = page(
    Array.from({ length: 1000 }, (_, i) => 1000 - i),
    false,
  )
  const next = takeNewest(known, page([1001, 1000], true))
  expect(next.events).toHaveLength(1000)
  expect(next.more).toBe(true)
})
