import { expect, test } from 'vitest'
import { now } from './deadlines.ts'
import { Pauses } from './pauses.ts'

test('long work lets others run in between', async () => {
  const pauses = new Pauses()
  let others = 0
  const timer = setInterval(() => others++, 1)
  const begun = now()
  let taken = 0
  while (now() - begun < 100) {
    if (!pauses.due) continue
    taken++
    await pauses.take()
    expect(pauses.due).toBe(false)
  }
  clearInterval(timer)
  expect(taken).toBeGreaterThan(3)
  expect(others).toBeGreaterThan(1)
})
