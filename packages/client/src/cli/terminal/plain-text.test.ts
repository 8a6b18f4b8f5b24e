import { expect, test } from 'vitest'
import { plainJson, plainLine, plainText } from './plain-text.ts'

const hostile = 'a\u001b[2Jb\u009b31mc\u0007d\u007fe\u202ef\u2066g\r\nh\ti'

test('nothing of a line acts on a terminal', () => {
  expect(plainLine(hostile)).toBe('a[2Jb31mcdefg  h i')
  expect(plainLine('● größer 5 → 3 %')).toBe('● größer 5 → 3 %')
})

test('text keeps its lines', () => {
  expect(plainText('a: 1\nb: \u001b]0;title\u0007\n')).toBe('a: 1\nb: ]0;title\n')
})

test('JSON says the same, with escapes', () => {
  const text = plainJson({ message: hostile })
  expect(JSON.parse(text)).toEqual({ message: hostile })
  expect(text).toMatch(/^[\n\x20-\x7e]*$/)
})
