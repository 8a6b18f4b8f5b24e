import { expect, test } from 'vitest'
import { matchSummary } from './match-summary.ts'

test('a match reads as one would write it down', () => {
  expect(
    matchSummary({
      hosts: ['shop.example.com'],
      path: { type: 'prefix', value: '/api' },
      methods: ['GET', 'POST', 'PUT'],
      headers: [{ type: 'exact', name: 'x-tenant', value: 'blue' }],
      query: [{ type: 'present', name: 'beta' }],
      listeners: ['web'],
    }),
  ).toBe('GET, POST +1 shop.example.com/api/* x-tenant=blue ?beta @web')
})

test('several hosts stand apart from the path', () => {
  expect(matchSummary({ hosts: ['a.example', 'b.example'], path: { type: 'regex', value: '/v[0-9]+' } })).toBe(
    'a.example, b.example ~/v[0-9]+',
  )
})

test('a match of everything is empty', () => {
  expect(matchSummary(undefined)).toBe('')
  expect(matchSummary({ headers: [] })).toBe('')
})
