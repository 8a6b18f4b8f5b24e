import { canonicalText, withoutDefaults } from '@switchyard/core/config/canonical'
import { configJsonSchema } from '@switchyard/core/config/json-schema'
import { type Parsed, parseConfig } from '@switchyard/core/config/parse'
import { arbitraryDocument } from '@switchyard/core/config/testing/arbitrary-document'
import { formatDocument, parseText } from '@switchyard/core/config/text'
import { diffConfigs } from '@switchyard/core/diff/diff'
import { describe, type Field } from '@switchyard/core/schema/describe'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { model } from './model.ts'

const documents = arbitraryDocument(model)

function accepted<T>(parsed: Parsed<T>): T {
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems))
  return parsed.value
}

test('every field of the document has words', () => {
  expect(describe(model.document)).toMatchObject({ kind: 'group', title: 'Configuration' })
})

test('whatever is written comes back the same from its short form, from YAML and from JSON', () => {
  fc.assert(
    fc.property(documents, (document) => {
      const config = accepted(parseConfig(model, document))
      const written = withoutDefaults(model, config)
      expect(parseConfig(model, written)).toEqual({ ok: true, value: config })
      for (const format of ['yaml', 'json'] as const) {
        expect(parseText(model, formatDocument(written, format), format)).toEqual({ ok: true, value: config })
      }
      expect(parseText(model, canonicalText(config), 'json')).toEqual({ ok: true, value: config })
    }),
  )
})

test('two documents differ exactly when their canonical forms do', () => {
  fc.assert(
    fc.property(documents, documents, (one, other) => {
      const before = accepted(parseConfig(model, one))
      const after = accepted(parseConfig(model, other))
      expect(diffConfigs(model, before, after).length === 0).toBe(canonicalText(before) === canonicalText(after))
      expect(diffConfigs(model, before, accepted(parseConfig(model, one)))).toEqual([])
    }),
    { numRuns: 30 },
  )
})

test('the JSON schema, read back, accepts what is valid', () => {
  const { $schema: _, ...schema } = configJsonSchema(model)
  const read = z.fromJSONSchema(schema as never)
  fc.assert(
    fc.property(documents, (document) => {
      expect(read.safeParse(document).error).toBeUndefined()
    }),
    { numRuns: 30 },
  )
})

/** Every object of a document, with where it is a group or a case: an unknown field may be put into each of them. */
function* objectsIn(field: Field, value: unknown): Generator<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null) return
  if (field.kind === 'list') for (const item of value as unknown[]) yield* objectsIn(field.item, item)
  if (field.kind !== 'group' && field.kind !== 'variants') return
  yield value as Record<string, unknown>
  const shapes = field.kind === 'group' ? [field.fields] : field.cases.map(({ fields }) => fields)
  for (const [key, inside] of Object.entries(value)) {
    const shape = shapes.find((fields) => Object.hasOwn(fields, key))?.[key]
    if (shape !== undefined) yield* objectsIn(shape, inside)
  }
}

test('an unknown field is refused wherever it stands', () => {
  fc.assert(
    fc.property(documents, fc.nat(), (document, n) => {
      const objects = [...objectsIn(describe(model.document), document)]
      const object = objects[n % objects.length] as Record<string, unknown>
      object['unknownField'] = 1
      const parsed = parseConfig(model, document)
      expect(parsed.ok).toBe(false)
      expect(!parsed.ok && parsed.problems.some(({ path }) => path.endsWith('unknownField'))).toBe(true)
    }),
    { numRuns: 300 },
  )
})
