import fc from 'fast-check'
import { expect, test } from 'vitest'
import { kinds } from '../schema/fields.ts'
import type { Config } from './model.ts'
import { checkConfig, parseConfig } from './parse.ts'
import { usesOf } from './references.ts'
import { arbitraryDocument } from './testing/arbitrary-document.ts'
import { testModel } from './testing/test-model.ts'

function parse(value: unknown): Config {
  const parsed = parseConfig(testModel, value)
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems))
  return parsed.value
}

test('who uses a resource is found wherever it is named', () => {
  const config = parse({
    switchyard: 1,
    listeners: [{ id: 'shop', port: 80 }],
    upstreams: [{ id: 'shop' }, { id: 'next' }],
    middleware: [{ id: 'm', type: 'pass' }],
    routes: [
      {
        id: 'one',
        match: { listeners: ['shop'] },
        middleware: [{ type: 'pass' }, { ref: 'm' }],
        forward: { upstream: 'shop' },
      },
      { id: 'two', forward: { split: [{ upstream: 'next' }, { upstream: 'shop' }] } },
    ],
  })
  expect(usesOf(testModel, config, 'upstreams', 'shop')).toEqual([
    { kind: 'routes', id: 'one', path: 'forward.upstream' },
    { kind: 'routes', id: 'two', path: 'forward.split[1].upstream' },
  ])
  expect(usesOf(testModel, config, 'listeners', 'shop')).toEqual([
    { kind: 'routes', id: 'one', path: 'match.listeners[0]' },
  ])
  expect(usesOf(testModel, config, 'middleware', 'm')).toEqual([
    { kind: 'routes', id: 'one', path: 'middleware[1].ref' },
  ])
  expect(usesOf(testModel, config, 'upstreams', 'none')).toEqual([])
})

test('taking a resource away leaves problems exactly where it was used', () => {
  fc.assert(
    fc.property(arbitraryDocument(testModel), (document) => {
      const config = parse(document)
      for (const kind of kinds) {
        for (const { id } of config[kind]) {
          const rest = { ...config, [kind]: config[kind].filter((resource) => resource.id !== id) }
          const missing = checkConfig(testModel, rest).filter(({ message }) => message.startsWith('there is no'))
          expect(missing).toHaveLength(usesOf(testModel, config, kind, id).length)
        }
      }
    }),
    { numRuns: 50 },
  )
})
