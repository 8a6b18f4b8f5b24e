import { randomBytes } from 'node:crypto'
import { expect, test } from 'vitest'
import { createSecretBox } from './secret-box.ts'

const key = randomBytes(32)
const box = createSecretBox(key)
const unreadable = expect.objectContaining({ code: 'secret_unreadable' })

test.each(['', 'a', 'pass word €', 'x'.repeat(100_000)])('what was sealed is opened as it was (%#)', (value) => {
  expect(createSecretBox(key).open('web', box.seal('web', value))).toBe(value)
})

test('the same value is sealed differently each time, and does not show', () => {
  const [one, other] = [box.seal('web', 'the value of it'), box.seal('web', 'the value of it')]
  expect(one).not.toEqual(other)
  expect(Buffer.from(one).toString('latin1')).not.toContain('value')
})

test('another key, another name and a changed bit give an error and nothing of the value', () => {
  const sealed = box.seal('web', 'the value of it')
  expect(() => createSecretBox(randomBytes(32)).open('web', sealed)).toThrow(unreadable)
  expect(() => box.open('mail', sealed)).toThrow(unreadable)
  for (let at = 0; at < sealed.length; at++) {
    const changed = sealed.map((byte, i) => (i === at ? byte ^ 1 : byte))
    expect(() => box.open('web', changed)).toThrow(unreadable)
  }
  for (let length = 0; length < sealed.length; length++) {
    expect(() => box.open('web', sealed.subarray(0, length))).toThrow(unreadable)
  }
})
