import { expect, test } from 'vitest'
import { compilePattern, compilePatternSet, literalPrefix } from './pattern.ts'

test('the whole text must match', () => {
  expect(compilePattern('a|ab')('ab')).toBe(true)
  expect(compilePattern('a')('ab')).toBe(false)
  expect(compilePattern('a$')('a\n')).toBe(false)
})

test('an expression that is too large is refused', () => {
  expect(() => compilePattern('(x{1000})'.repeat(200))).toThrow('too large')
  expect(() => compilePattern('[a-z]{1000}')).not.toThrow()
})

test('a set tells every expression that matches', () => {
  const match = compilePatternSet(['/a.*', '/b', '/a/b', '(?i)/A/B', '/a'])
  expect([...match('/a/b')].sort()).toEqual([0, 2, 3])
  expect(match('/c')).toEqual([])
})

test.each([
  ['/users/[0-9]+', '/users/'],
  ['^/users/([^/]+)/x', '/users/'],
  ['/v1\\.5\\/x.*', '/v1.5/x'],
  ['/abc?', '/ab'],
  ['/abc*x', '/ab'],
  ['/abc{2}', '/ab'],
  ['/abc+', '/ab'],
  ['/a(?:b|c)', '/a'],
  ['/a[|]b', '/a'],
  ['/a[]|]b', '/a'],
  ['/a[[:alpha:]|]b', '/a'],
  ['/a\\|b', '/a|b'],
  ['/a\\d', '/a'],
  ['/a|/b', ''],
  ['/a[b]|/c', ''],
  ['/a(b|c)|/d', ''],
  ['/a\\Q|\\E', ''],
  ['(?i)/a', ''],
  ['.*', ''],
])('every match of %s begins with %s', (expression, prefix) => {
  expect(literalPrefix(expression)).toBe(prefix)
})
