import fc from 'fast-check'
import { expect, test } from 'vitest'
import { canonicalJson, canonicalText, hashText, withoutDefaults } from './canonical.ts'
import type { Config } from './model.ts'
import { parseConfig } from './parse.ts'
import { arbitraryDocument } from './testing/arbitrary-document.ts'
import { testModel } from './testing/test-model.ts'
import { formatDocument, parseText } from './text.ts'

function parse(value: unknown): Config {
  const parsed = parseConfig(testModel, value)
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems))
  return parsed.value
}

const documents = arbitraryDocument(testModel)

test('arbitrary documents are valid', () => {
  fc.assert(fc.property(documents, (document) => parseConfig(testModel, document).ok))
})

test('what is written without defaults means the same', () => {
  fc.assert(
    fc.property(documents, (document) => {
      const config = parse(document)
      const written = withoutDefaults(testModel, config)
      expect(parse(written)).toEqual(config)
      expect(canonicalText(parse(written))).toBe(canonicalText(config))
      expect(withoutDefaults(testModel, parse(written))).toEqual(written)
    }),
  )
})

test('YAML and JSON both give the document back', () => {
  fc.assert(
    fc.property(documents, fc.constantFrom('yaml' as const, 'json' as const), (document, format) => {
      const config = parse(document)
      const text = formatDocument(withoutDefaults(testModel, config), format)
      expect(parseText(testModel, text, format)).toEqual({ ok: true, value: config })
    }),
  )
})

test('the canonical text parses to the configuration it was made of', () => {
  fc.assert(
    fc.property(documents, (document) => {
      const config = parse(document)
      const text = canonicalText(config)
      expect(parseText(testModel, text, 'json')).toEqual({ ok: true, value: config })
      expect(canonicalText(parse(JSON.parse(text)))).toBe(text)
    }),
  )
})

test('defaults are left out at every depth, and what is not at its default stays', () => {
  const config = parse({
    switchyard: 1,
    upstreams: [
      {
        strategy: { maxFails: 1, type: 'weighted-round-robin' },
        id: 'shop',
        targets: [{ weight: 1, url: 'http://h', id: 'a', drain: true }],
        timeouts: { connectMs: 5000, idleMs: 1 },
        host: { type: 'preserve' },
      },
    ],
    routes: [
      {
        id: 'r',
        limits: { bodyBytes: 0 },
        match: { path: { value: '/', type: 'prefix' }, headers: [] },
        retries: { attempts: 1 },
        middleware: [{ type: 'answer', status: 200 }],
        forward: { split: [{ weight: 1, upstream: 'shop' }] },
      },
    ],
  })
  const written = withoutDefaults(testModel, config)
  expect(written).toEqual({
    switchyard: 1,
    upstreams: [{ id: 'shop', targets: [{ id: 'a', url: 'http://h', drain: true }], timeouts: { idleMs: 1 } }],
    routes: [
      {
        id: 'r',
        match: { path: { type: 'prefix', value: '/' } },
        // What stands instead of the upstream's has no default.
        retries: { attempts: 1 },
        middleware: [{ type: 'answer' }],
        forward: { split: [{ upstream: 'shop' }] },
      },
    ],
  })
})

test('keys are written in the order of the schema, ids and tags first', () => {
  const written = withoutDefaults(
    testModel,
    parse({
      upstreams: [{ drainMs: 1, strategy: { type: 'random' }, title: 'Shop', id: 'shop' }],
      middleware: [{ headers: { b: '1', a: '2' }, type: 'answer', title: 'x', id: 'm' }],
      switchyard: 1,
    }),
  )
  expect(JSON.stringify(written)).toBe(
    '{"switchyard":1,"upstreams":[{"id":"shop","title":"Shop","strategy":{"type":"random"},"drainMs":1}],' +
      '"middleware":[{"id":"m","type":"answer","title":"x","headers":{"b":"1","a":"2"}}]}',
  )
})

test('the order of lists is kept, the order of keys counts for nothing', () => {
  const upstreams = [{ id: 'b' }, { id: 'a', title: 'x', drainMs: 5 }]
  const text = canonicalText(parse({ switchyard: 1, upstreams }))
  expect(canonicalText(parse({ upstreams: [{ id: 'b' }, { drainMs: 5, title: 'x', id: 'a' }], switchyard: 1 }))).toBe(
    text,
  )
  expect(canonicalText(parse({ switchyard: 1, upstreams: upstreams.toReversed() }))).not.toBe(text)
})

test('keys stand in order of code points, with no white space', () => {
  expect(canonicalJson({ '\u{1f600}': 1, '\uffee': [true, null], a: { c: -0, b: 'é' }, B: undefined })).toBe(
    '{"a":{"b":"é","c":0},"\uffee":[true,null],"\u{1f600}":1}',
  )
})

test('hashes are SHA-256 over UTF-8', () => {
  expect(hashText('')).toBe('e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855')
  expect(hashText('é')).toBe('4a99557e4033c3539de2eb65472017cad5f9557f7a0625a09f1c3f6e2ba69c4c')
})
