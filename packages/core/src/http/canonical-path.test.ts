import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { canonicalPath } from './canonical-path.ts'

test.each([
  '/',
  '/a',
  '/a/b.c/',
  '/.well-known/x',
  '/a...b/..c/.d',
  '/a%41b%7e%c3%A9',
  "/~u/a;v=1,2/@:!$&'()*+=",
  '/a"<>^`{|}',
])('%s stays as it is', (path) => {
  expect(canonicalPath(path)).toBe(path)
})

test.each([
  ['/a/./b', '/a/b'],
  ['/a/../b', '/b'],
  ['/a/b/..', '/a/'],
  ['/a/b/.', '/a/b/'],
  ['/a/..', '/'],
  ['/./', '/'],
  ['/a/%2e/b', '/a/b'],
  ['/a/%2E%2e/b', '/b'],
  ['/a/.%2e/b', '/b'],
  ['/a/%2E./b', '/b'],
  ['//', '/'],
  ['//evil.example', '/evil.example'],
  ['/a///b//', '/a/b/'],
  ['/a//../b', '/b'],
  ['/a/%2e%2e%2e/b', '/a/%2e%2e%2e/b'],
  ['/%2ewell-known/../x%2ey', '/x%2ey'],
])('%s becomes %s', (raw, path) => {
  expect(canonicalPath(raw)).toBe(path)
})

describe('refused', () => {
  test.each([
    ['nothing', ''],
    ['no slash in front', 'a/b'],
    ['the asterisk form', '*'],
    ['a path above the root', '/..'],
    ['a path that comes above the root on its way', '/a/../../b'],
    ['an escaped path above the root', '/%2e%2e/etc/passwd'],
    ['an escaped NUL', '/a%00b'],
    ['an escaped slash', '/a%2fb'],
    ['an escaped slash in capitals', '/a%2Fb'],
    ['an escaped backslash', '/a%5Cb'],
    ['a percent sign that is no escape', '/100%'],
    ['half an escape', '/a%4'],
    ['an escape of no hex digits', '/a%zzb'],
    ['a backslash', '/a\\b'],
    ['a fragment', '/a#b'],
    ['a query', '/a?b'],
    ['a space', '/a b'],
    ['a tab', '/a\tb'],
    ['a line end', '/a\r\nb'],
    ['a NUL', '/a\0b'],
    ['DEL', '/a\x7fb'],
    ['a byte beyond ASCII', '/caf\xe9'],
    ['a dot segment with a parameter', '/static/..;/admin'],
    ['an escaped one', '/static/%2e%2e;x=1/admin'],
    ['a single dot with a parameter', '/a/.;/b'],
  ])('%s', (_what, raw) => {
    expect(canonicalPath(raw)).toBeUndefined()
  })
})

const lax = { mergeSlashes: false, encodedSeparators: 'keep' } as const

test.each([
  ['/a//b', '/a//b'],
  ['//', '//'],
  ['//a', '//a'],
  ['/a//', '/a//'],
  ['/a//../b', '/a/b'],
  ['/a/..//b', '//b'],
  ['/a//./b/', '/a//b/'],
  ['//..', '/'],
  ['/a%2fb', '/a%2fb'],
  ['/a%5Cb/../c', '/c'],
  ['/%2e%2e%2f', undefined],
  ['/a%2f..', undefined],
  ['/a/..%5cb', undefined],
  ['/a%2f%2E%2e;x%2fb', undefined],
  ['/%2f.', undefined],
  ['//../..', undefined],
  ['/a%00b', undefined],
  ['/a%zz', undefined],
  ['/a\\b', undefined],
  ['/..', undefined],
])('where slashes are not merged and escaped separators stay, %s becomes %s', (raw, path) => {
  expect(canonicalPath(raw, lax)).toBe(path)
})

test('each rule goes by itself', () => {
  expect(canonicalPath('/a//b', { ...lax, mergeSlashes: true })).toBe('/a/b')
  expect(canonicalPath('/a%2fb', { ...lax, encodedSeparators: 'refuse' })).toBeUndefined()
  expect(canonicalPath('/a//b', { ...lax, encodedSeparators: 'refuse' })).toBe('/a//b')
})

// Pieces that matter, so that nearly every path is an odd one.
const odd = fc
  .array(fc.constantFrom('/', '/', '.', '..', '%2e', '%2E', '%41', '%2f', 'a', 'b;c', '%', '\\', '~'), {
    maxLength: 12,
  })
  .map((pieces) => `/${pieces.join('')}`)

test('a canonical path is canonical, and holds no dot segment and no double slash', () => {
  fc.assert(
    fc.property(odd, (raw) => {
      const path = canonicalPath(raw)
      if (path === undefined) return
      expect(canonicalPath(path)).toBe(path)
      expect(path).not.toMatch(/\/\/|%2f|%5c|\\/i)
      expect(path.split('/').map((segment) => segment.replace(/%2e/gi, '.'))).not.toContain('..')
    }),
    { seed: 30, numRuns: 5000 },
  )
})

test('so it is where the rules are lax, but for the slashes', () => {
  fc.assert(
    fc.property(odd, (raw) => {
      const path = canonicalPath(raw, lax)
      if (path === undefined) return
      expect(canonicalPath(path, lax)).toBe(path)
      expect(
        path
          .replace(/%2e/gi, '.')
          .split(/\/|%2f|%5c/i)
          .filter((segment) => segment === '.' || segment === '..'),
      ).toEqual([])
    }),
    { seed: 33, numRuns: 5000 },
  )
})

test('it agrees with the URL standard on dot segments where neither refuses nor merges', () => {
  fc.assert(
    fc.property(
      fc.array(fc.constantFrom('.', '..', '%2e', '%2E.', 'a', 'b%41', 'c.'), { minLength: 1, maxLength: 8 }),
      (segments) => {
        const raw = `/${segments.join('/')}`
        const path = canonicalPath(raw)
        if (path !== undefined) expect(path).toBe(new URL(`http://h${raw}`).pathname)
      },
    ),
    { seed: 31, numRuns: 5000 },
  )
})
