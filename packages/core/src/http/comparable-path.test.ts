import fc from 'fast-check'
import { expect, test } from 'vitest'
import { comparablePath, configuredPath } from './comparable-path.ts'

test('escaped and plain spellings of a path compare equal', () => {
  expect(comparablePath('/%61dmin')).toBe('/admin')
  expect(comparablePath('/u%7Eser%40x')).toBe('/u~ser@x')
  expect(comparablePath('/caf%c3%a9')).toBe('/caf%C3%A9')
  expect(comparablePath('/a{b}')).toBe(comparablePath('/a%7bb%7D'))
})

test('an escape of an escape is not looked into', () => {
  expect(comparablePath('/%2561')).toBe('/%2561')
})

test('the comparable form of a comparable form is itself', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 20 }), (text) => {
      const path = comparablePath(`/${text}`)
      expect(comparablePath(path)).toBe(path)
    }),
    { seed: 32, numRuns: 2000 },
  )
})

test('a configured path may be written as people read it', () => {
  expect(configuredPath('/café menu')).toBe('/caf%C3%A9%20menu')
  expect(configuredPath('/a//b/../c')).toBe('/a/c')
  expect(configuredPath('/100%')).toBe('/100%25')
})

test('a configured path that no request can have is undefined', () => {
  for (const path of ['/a%2Fb', '/a\\b', '/..', '/%00', 'a']) expect(configuredPath(path)).toBeUndefined()
})
