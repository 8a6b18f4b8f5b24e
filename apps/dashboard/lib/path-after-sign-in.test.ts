import { expect, test } from 'vitest'
import { pathAfterSignIn } from './path-after-sign-in.ts'

test('the page that was wanted is opened', () => {
  expect(pathAfterSignIn('?next=%2Fupstreams%2Fshop%3Fq%3Da')).toBe('/upstreams/shop?q=a')
})

test.each(['//evil.example', '/\\evil.example', 'https://evil.example', 'javascript:alert(1)', '/\t/evil.example', ''])(
  'an address that could be of another origin leads home: %j',
  (next) => {
    expect(pathAfterSignIn(`?next=${encodeURIComponent(next)}`)).toBe('/')
  },
)
