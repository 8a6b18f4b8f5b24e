import { expect, test } from 'vitest'
import { randomPassword } from './random-password.ts'

test('a random password has four groups of letters that cannot be taken for others', () => {
  for (let i = 0; i < 200; i++) {
    expect(randomPassword()).toMatch(/^[A-HJ-NP-Za-km-z2-9]{5}(-[A-HJ-NP-Za-km-z2-9]{5}){3}$/)
  }
})

test('no two are alike', () => {
  expect(new Set(Array.from({ length: 200 }, randomPassword)).size).toBe(200)
})
