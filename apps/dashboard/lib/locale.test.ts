import { expect, test } from 'vitest'
import { pickLocale } from './locale.ts'

test('the chosen language wins over the browser', () => {
  expect(pickLocale('zh', 'en-GB,en;q=0.9')).toBe('zh')
})

test('the browser is asked in its own order of preference', () => {
  expect(pickLocale(undefined, 'fr;q=0.9, en;q=0.3, zh-CN;q=0.8')).toBe('zh')
  expect(pickLocale(undefined, 'zh;q=0, fr')).toBe('en')
})

test('a choice that is no language of ours is ignored', () => {
  expect(pickLocale('xx', 'zh-TW')).toBe('zh')
  expect(pickLocale('', '')).toBe('en')
})
