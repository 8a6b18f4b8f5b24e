import { SwitchyardError } from '@switchyard/core/errors'
import { canonicalPath } from '@switchyard/core/http/canonical-path'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createContext } from '../testing/context.ts'
import { middlewareOf, problemsOf } from '../testing/middleware-of.ts'
import { rewrite } from './rewrite.ts'

type Options = Parameters<typeof middlewareOf<(typeof rewrite)['options']>>[1]

/** The path that a target gets. */
function rewritten(options: Options, path: string): string {
  const ctx = createContext({ path, query: 'a=1' })
  void middlewareOf(rewrite, options)(ctx, () => undefined)
  expect(ctx.outgoing.query).toBe('a=1')
  return ctx.outgoing.path
}

function codeOf(attempt: () => unknown): string | undefined {
  try {
    attempt()
  } catch (error) {
    if (error instanceof SwitchyardError) return error.code
    throw error
  }
  return undefined
}

describe('stripPrefix', () => {
  test.each([
    ['/api', '/api/x', '/x'],
    ['/api', '/api', '/'],
    ['/api', '/api/', '/'],
    ['/api', '/apix', '/apix'],
    ['/api', '/other/api/x', '/other/api/x'],
    ['/api/', '/api/x/', '/x/'],
    ['/a/b', '/a/b/c%20d', '/c%20d'],
    ['/a/b', '/a', '/a'],
    ['/', '/a', '/a'],
    ['/api', '/%61pi/%61', '/%61'],
    ['/café', '/caf%c3%a9/x', '/x'],
  ])('%s of %s leaves %s', (stripPrefix, path, expected) => {
    expect(rewritten({ stripPrefix }, path)).toBe(expected)
  })
})

test.each([
  ['/v2', '/x', '/v2/x'],
  ['/v2/', '/x', '/v2/x'],
  ['/v2', '/', '/v2/'],
  ['/', '/x', '/x'],
])('addPrefix %s before %s makes %s', (addPrefix, path, expected) => {
  expect(rewritten({ addPrefix }, path)).toBe(expected)
})

test('path replaces the whole path', () => {
  expect(rewritten({ path: '/index.html' }, '/a/b')).toBe('/index.html')
})

test('OPTIONS * is left alone', () => {
  expect(rewritten({ addPrefix: '/v2' }, '*')).toBe('*')
})

describe('regex', () => {
  test.each([
    ['^/users/([0-9]+)', '/people/$1', '/users/42/x', '/people/42/x'],
    ['/old', '/new', '/old/a/old', '/new/a/new'],
    ['/(?P<lang>[a-z]{2})/(.*)', `/$2/$\{lang}`, '/en/a/b', '/a/b/en'],
    ['^/nothing', '/x', '/a', '/a'],
    ['a', '$$1', '/a', '/$1'],
    ['(a)', `$\{1}0`, '/a', '/a0'],
    ['(a)', '$12', '/a', '/a2'],
    ['(a)|(b)', '<$1$2>', '/ab', '/<a><b>'],
    ['$', '/end', '/a', '/a/end'],
    ['^', '/start', '/a', '/start/a'],
    ['.*', '/x', '/a', '/x'],
  ])('%s to %s makes of %s', (pattern, replacement, path, expected) => {
    expect(rewritten({ regex: { pattern, replacement } }, path)).toBe(expected)
  })

  test('an expression that makes backtracking engines hang is answered at once', () => {
    const started = performance.now()
    const path = `/${'a'.repeat(8000)}`
    expect(rewritten({ regex: { pattern: '^/(?:(?:a+)+)+b$', replacement: '/' } }, path)).toBe(path)
    expect(performance.now() - started).toBeLessThan(10_000)
  })

  test('an outcome that grows beyond bounds is refused', () => {
    const options = { regex: { pattern: '(.+)', replacement: `/${'$1'.repeat(1000)}` } }
    expect(codeOf(() => rewritten(options, `/${'a'.repeat(8000)}`))).toBe('uri_too_long')
  })
})

test('slashes that meet are merged, so that no path looks like another host', () => {
  expect(rewritten({ regex: { pattern: '^/go', replacement: '/' } }, '/go/evil.example')).toBe('/evil.example')
})

test('a request that makes a dot segment of its path is refused', () => {
  const strip = { regex: { pattern: '^/files', replacement: '/private/' } }
  expect(codeOf(() => rewritten(strip, '/files../etc/passwd'))).toBe('bad_request')
  expect(codeOf(() => rewritten(strip, '/files%2e%2e/etc'))).toBe('bad_request')
  expect(codeOf(() => rewritten({ regex: { pattern: 'x', replacement: '' } }, '/a/.x./b'))).toBe('bad_request')
})

test('an outcome that is no path is refused', () => {
  expect(codeOf(() => rewritten({ regex: { pattern: '^/', replacement: '' } }, '/a'))).toBe('bad_request')
  expect(codeOf(() => rewritten({ regex: { pattern: 'x', replacement: '?admin=1' } }, '/x'))).toBe('bad_request')
  expect(codeOf(() => rewritten({ regex: { pattern: 'x', replacement: ' HTTP/1.1\r\nx: y' } }, '/x'))).toBe(
    'bad_request',
  )
  expect(
    codeOf(() => rewritten({ regex: { pattern: 'x', replacement: '2F' } }, '/%x'.replace('%x', '%25x'))),
  ).toBeUndefined()
})

test('whatever comes in and is written in the configuration, what goes out is canonical', () => {
  const piece = fc.constantFrom('/', '.', '..', 'a', 'api', '%2e', '%41', '%25', '2e', '$1', 'x')
  const text = fc.array(piece, { maxLength: 6 }).map((pieces) => pieces.join(''))
  const pattern = fc.constantFrom('^/api', '(a)', '/', '(.*)', '%25', '(x|/)')
  fc.assert(
    fc.property(text, text, pattern, (path, replacement, pattern) => {
      const received = canonicalPath(`/${path}`)
      const options = { regex: { pattern, replacement } }
      fc.pre(received !== undefined && problemsOf(rewrite, options).length === 0)
      const code = codeOf(() => {
        const sent = rewritten(options, received ?? '')
        expect(canonicalPath(sent)).toBe(sent)
      })
      expect([undefined, 'bad_request']).toContain(code)
    }),
    { seed: 40, numRuns: 1500 },
  )
})

describe('the configuration', () => {
  test('sets exactly one way', () => {
    const message = 'set exactly one of stripPrefix, addPrefix, path, regex'
    expect(problemsOf(rewrite, {})).toEqual([{ path: '', message }])
    expect(problemsOf(rewrite, { path: '/a', addPrefix: '/b' })).toEqual([{ path: '', message }])
  })

  test.each([
    [{ stripPrefix: 'api' }, 'stripPrefix'],
    [{ stripPrefix: '/a%2Fb' }, 'stripPrefix'],
    [{ addPrefix: '/a/../b' }, 'addPrefix'],
    [{ addPrefix: '//evil.example' }, 'addPrefix'],
    [{ path: '/a b' }, 'path'],
    [{ path: '/a?b=c' }, 'path'],
    [{ path: '/a\r\n' }, 'path'],
    [{ regex: { pattern: '(', replacement: '' } }, 'regex.pattern'],
    [{ regex: { pattern: '(?=a)', replacement: '' } }, 'regex.pattern'],
    [{ regex: { pattern: '(x{1000})'.repeat(20), replacement: '' } }, 'regex.pattern'],
    [{ regex: { pattern: 'a', replacement: '$1' } }, 'regex.replacement'],
    [{ regex: { pattern: '(a)', replacement: `$\{b}` } }, 'regex.replacement'],
    [{ regex: { pattern: 'a', replacement: 'US$' } }, 'regex.replacement'],
  ] satisfies [Options, string][])('%j is refused at %s', (options, path) => {
    expect(problemsOf(rewrite, options).map((problem) => problem.path)).toEqual([path])
  })
})
