import fc from 'fast-check'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { configJsonSchema } from './json-schema.ts'
import { arbitraryDocument } from './testing/arbitrary-document.ts'
import { testModel } from './testing/test-model.ts'

test('the schema is draft 2020-12, with words for every field', () => {
  const schema = configJsonSchema(testModel)
  expect(schema).toMatchObject({
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'Configuration',
    type: 'object',
    additionalProperties: false,
    required: ['switchyard'],
    properties: { upstreams: { title: 'Upstreams', items: { title: 'Upstream', required: ['id'] } } },
  })
})

test('the schema says the same of a document as of what is parsed: nothing is transformed', () => {
  const both = (['input', 'output'] as const).map((io) => z.toJSONSchema(testModel.document, { io }))
  expect(both).toHaveLength(2)
})

test('the schema, read back, accepts valid documents and refuses unknown fields', () => {
  const { $schema: _, ...schema } = configJsonSchema(testModel)
  const read = z.fromJSONSchema(schema as never)
  fc.assert(
    fc.property(arbitraryDocument(testModel), (document) => {
      expect(read.safeParse(document).error).toBeUndefined()
      expect(read.safeParse({ ...document, unknown: 1 }).success).toBe(false)
    }),
    { numRuns: 30 },
  )
})
