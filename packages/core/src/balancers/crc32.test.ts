import { expect, test } from 'vitest'
import { crc32Byte, crc32End, crc32Integer, crc32Start, crc32Text } from './crc32.ts'

const unsigned = (state: number) => crc32End(state) >>> 0

test('gives the check value of CRC-32', () => {
  expect(unsigned(crc32Text(crc32Start, '123456789'))).toBe(0xcbf43926)
  expect(unsigned(crc32Start)).toBe(0)
})

test('reads a part of a text as that part alone', () => {
  expect(crc32Text(crc32Start, 'abc123456789def', 3, 12)).toBe(crc32Text(crc32Start, '123456789'))
})

test('takes an integer from its lowest byte on', () => {
  const bytes = [0x78, 0x56, 0x34, 0xf2].reduce(crc32Byte, crc32Start)
  expect(crc32Integer(crc32Start, 0xf2345678)).toBe(bytes)
  expect(crc32Integer(crc32Start, 0xf2345678 | 0)).toBe(bytes)
})

test('takes a character as a byte, and one beyond 255 as two', () => {
  expect(crc32Text(crc32Start, '\u00e9')).toBe(crc32Byte(crc32Start, 0xe9))
  expect(crc32Text(crc32Start, '\u65e5')).toBe(crc32Byte(crc32Byte(crc32Start, 0x65), 0xe5))
})
