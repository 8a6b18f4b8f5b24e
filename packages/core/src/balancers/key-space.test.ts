import { expect, test } from 'vitest'
import { holdersOf, type KeySpace, keySpaceShares, movedShare } from './key-space.ts'

/** Pieces that end at these places of ten, each with its owner. */
function space(pieces: [end: number, owner: number][], holders: KeySpace['holders']): KeySpace {
  return {
    size: 10,
    ends: Float64Array.from(pieces, ([end]) => end),
    owners: Uint16Array.from(pieces, ([, owner]) => owner),
    holders,
  }
}
const single = [0, 1, 2].map((target) => [{ target, part: 1 }])
const names = { before: ['a', 'b', 'c'], after: ['a', 'b', 'c'] }

test('shares are the lengths of the pieces, and parts of them where several hold one', () => {
  const pieces: [number, number][] = [
    [2, 0],
    [5, 1],
    [6, 0],
    [10, 2],
  ]
  expect(keySpaceShares(space(pieces, single), 3)).toEqual([0.3, 0.3, 0.4])
  const shared = [
    single[0] as { target: number; part: number }[],
    single[1] as { target: number; part: number }[],
    [
      { target: 0, part: 0.25 },
      { target: 1, part: 0.75 },
    ],
  ]
  const [a, b, c] = keySpaceShares(space(pieces, shared), 3)
  expect(a).toBeCloseTo(0.4, 12)
  expect(b).toBeCloseTo(0.6, 12)
  expect(c).toBe(0)
})

test('what moves is found piece by piece, and targets are the same by name', () => {
  const before = space(
    [
      [4, 0],
      [10, 1],
    ],
    single,
  )
  const after = space(
    [
      [3, 0],
      [7, 2],
      [10, 1],
    ],
    single,
  )
  expect(movedShare(before, before, names)).toBe(0)
  expect(movedShare(before, after, names)).toBe(0.4)
  expect(movedShare(before, before, { before: ['a', 'b'], after: ['b', 'a'] })).toBe(1)
})

test('where nobody holds anything before or after, all of it moves', () => {
  const nobody = space([], [])
  const one = space([[10, 0]], single)
  expect(movedShare(nobody, one, names)).toBe(1)
  expect(movedShare(one, nobody, names)).toBe(1)
  expect(movedShare(nobody, nobody, names)).toBe(0)
})

test('what belongs to one that is out is shared by the others like the rest', () => {
  expect(holdersOf([6, 3, 1], [true, false, true])).toEqual([
    [{ target: 0, part: 1 }],
    [
      { target: 0, part: 6 / 7 },
      { target: 2, part: 1 / 7 },
    ],
    [{ target: 2, part: 1 }],
  ])
  expect(holdersOf([5, 5], [false, false])).toEqual([[], []])
})
