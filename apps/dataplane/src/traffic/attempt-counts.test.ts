import { seededRandom } from '@switchyard/core/balancers/seeded-random'
import { expect, test } from 'vitest'
import { AttemptCounts } from './attempt-counts.ts'
import type { Severity } from './attempt-severity.ts'

/** What the tally of a sequence has to be, worked out slowly. */
function expected(sequence: readonly number[], from: number): number[] {
  const failed = sequence.map((how) => how >= from)
  const runs = failed
    .map((is) => (is ? 'x' : '.'))
    .join('')
    .split('.')
  const lengths = runs.map(({ length }) => length)
  return [failed.filter(Boolean).length, lengths[0] ?? 0, Math.max(...lengths), lengths.at(-1) ?? 0]
}

test('each class has its count and its runs at the beginning, at most, and at the end, over any sequence and again after it was told', () => {
  const random = seededRandom(5)
  const counts = new AttemptCounts()
  for (let round = 0; round < 2000; round++) {
    const length = Math.floor(random() * 12)
    const well = random()
    const sequence = Array.from({ length }, () => (random() < well ? 0 : 1 + Math.floor(random() * 3)) as Severity)
    for (const how of sequence) counts.add(how)
    expect(counts.someFailed).toBe(sequence.some((how) => how > 0))
    const told = counts.take()
    expect(told, String(sequence)).toEqual({
      total: length,
      classes: [1, 2, 3].map((from) => expected(sequence, from)),
    })
  }
})
