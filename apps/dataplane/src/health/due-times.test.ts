import { expect, test } from 'vitest'
import { Due, DueTimes } from './due-times.ts'

test('what is set, moved and removed comes out in order of its time, and nothing else', () => {
  let seed = 7
  const random = () => {
    seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648
    return seed / 2_147_483_648
  }
  const times = new DueTimes<number>()
  const all = Array.from({ length: 500 }, (_, number) => new Due(number))
  const expected = new Map<number, number>()
  for (let step = 0; step < 20_000; step++) {
    const due = all[Math.floor(random() * all.length)] as Due<number>
    if (random() < 0.3) {
      times.remove(due)
      expected.delete(due.owner)
    } else if (random() < 0.9) {
      const at = Math.floor(random() * 1000)
      times.set(due, at)
      expected.set(due.owner, at)
    } else {
      const first = times.take(random() * 1000)
      if (first) {
        expect(first.at).toBe(Math.min(...expected.values()))
        expected.delete(first.owner)
      }
    }
    expect(times.size).toBe(expected.size)
  }
  const out: number[] = []
  for (let due = times.take(1000); due; due = times.take(1000)) out.push(due.at)
  expect(out).toEqual([...expected.values()].sort((a, b) => a - b))
  expect(times.next).toBeUndefined()
})

test('what is not due yet stays', () => {
  const times = new DueTimes<string>()
  times.set(new Due('later'), 10)
  expect(times.take(9.9)).toBeUndefined()
  expect(times.next).toBe(10)
  expect(times.take(10)?.owner).toBe('later')
})
