import { expect, test } from 'vitest'
import { EventRing } from './event-ring.ts'

const at = '2026-01-01T00:00:00.000Z'
const fill = (ring: EventRing, count: number) => {
  for (let i = 0; i < count; i++) ring.add({ type: 'healthy', upstream: 'shop', target: 'a' }, at)
}
const seqs = (events: readonly { seq: number }[]) => events.map(({ seq }) => seq)

test('events are numbered from 1 on and come out oldest first', () => {
  const ring = new EventRing(10)
  expect(ring.latest(5)).toEqual([])
  fill(ring, 3)
  expect(ring.latest(5)).toEqual([1, 2, 3].map((seq) => ({ seq, at, type: 'healthy', upstream: 'shop', target: 'a' })))
  expect(seqs(ring.latest(2))).toEqual([2, 3])
})

test('older ones make room', () => {
  const ring = new EventRing(10)
  fill(ring, 25)
  expect(ring.last).toBe(25)
  expect(seqs(ring.after(0, 100))).toEqual([16, 17, 18, 19, 20, 21, 22, 23, 24, 25])
  expect(seqs(ring.after(22, 100))).toEqual([23, 24, 25])
  expect(seqs(ring.after(0, 3))).toEqual([16, 17, 18])
  expect(seqs(ring.after(25, 3))).toEqual([])
})
