import { expect, test } from 'vitest'
import { readCheck, writeCheck } from './grpc-health-message.ts'

test('a question is framed, with the name of the service if there is one', () => {
  expect(writeCheck('')).toEqual(Buffer.of(0, 0, 0, 0, 0))
  expect(writeCheck('shop')).toEqual(Buffer.from('\0\0\0\0\x06\x0a\x04shop', 'latin1'))
  const long = writeCheck('x'.repeat(200))
  expect([...long.subarray(0, 8)]).toEqual([0, 0, 0, 0, 203, 0x0a, 200, 1])
  expect(long).toHaveLength(208)
})

test('an answer has a status, or none, which is 0', () => {
  expect(readCheck(Buffer.of(0, 0, 0, 0, 2, 8, 1))).toBe(1)
  expect(readCheck(Buffer.of(0, 0, 0, 0, 2, 8, 2))).toBe(2)
  expect(readCheck(Buffer.of(0, 0, 0, 0, 0))).toBe(0)
})

test('what is no answer is none', () => {
  for (const bytes of [
    [],
    [0, 0, 0, 0],
    [1, 0, 0, 0, 2, 8, 1],
    [0, 0, 0, 0, 3, 8, 1],
    [0, 0, 0, 0, 1, 8],
    [0, 0, 0, 0, 2, 16, 1],
    [0, 0, 0, 0, 3, 8, 129, 1],
    [0, 0, 0, 0, 4, 8, 1, 8, 2],
  ]) {
    expect(readCheck(Buffer.from(bytes)), String(bytes)).toBeUndefined()
  }
})
