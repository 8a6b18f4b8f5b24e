import { expect, test } from 'vitest'
import { readWeight } from './read-weight.ts'

test('whole numbers from 0 to 65535 are weights', () => {
  expect(['0', ' 5 ', '007', '65535'].map(readWeight)).toEqual([0, 5, 7, 65_535])
})

test.each(['', '-1', '65536', '70000', '1.5', '1e3', '0x10', 'five', '99999999999999999999'])(
  '%j is no weight',
  (text) => {
    expect(readWeight(text)).toBeUndefined()
  },
)
