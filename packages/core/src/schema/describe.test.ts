import { expect, test } from 'vitest'
import { z } from 'zod'
import { createModel } from '../config/model.ts'
import { defineMiddleware } from '../middleware/contract.ts'
import { describe } from './describe.ts'
import { fields } from './fields.ts'

const words = { title: 'Thing', description: 'Does it.' }
const thing = (schema: z.ZodType) =>
  describe(
    z.strictObject({ thing: schema }).register(fields, { title: 'Around', description: 'The object around it.' }),
  )
const field = (schema: z.ZodType) => {
  const around = thing(schema)
  return around.kind === 'group' ? around.fields['thing'] : undefined
}

test('every field of the document has words and a kind', () => {
  const nothing = defineMiddleware({
    type: 'nothing',
    title: 'Nothing',
    description: 'Does nothing.',
    options: {},
    create: () => (_ctx, next) => next(),
  })
  const tree = describe(createModel([nothing]).document)
  expect(tree.kind).toBe('group')
  expect(JSON.parse(JSON.stringify(tree))).toEqual(tree)
})

test('a field without words is refused by its name', () => {
  expect(() => thing(z.string())).toThrow('the schema.thing has no title and description')
})

test('a kind of schema that has no field is refused by its name', () => {
  expect(() => thing(z.date().register(fields, words))).toThrow('the schema.thing is of a kind that has no field: date')
})

test('words may stand on the inside or the outside of a default', () => {
  expect(field(z.int().register(fields, words).default(3))).toEqual({
    kind: 'number',
    ...words,
    optional: true,
    default: 3,
    integer: true,
  })
})

test('the default of a group is complete, down to its fields', () => {
  const group = z.strictObject({ size: z.int().min(0).max(9).default(4).register(fields, words) })
  expect(field(group.prefault({}).register(fields, words))).toMatchObject({ kind: 'group', default: { size: 4 } })
})

test('the sentence beside a pattern becomes its hint', () => {
  expect(field(z.string().max(5).regex(/^a/, 'begin with a').register(fields, words))).toMatchObject({
    kind: 'text',
    maxLength: 5,
    pattern: '^a',
    hint: 'begin with a',
  })
})

test('items of a list without words of their own take those of the list', () => {
  expect(field(z.array(z.boolean()).min(1).max(3).register(fields, words))).toMatchObject({
    kind: 'list',
    minItems: 1,
    maxItems: 3,
    item: { kind: 'switch', title: 'Thing' },
  })
})

test('the cases of a union are told apart by a tag, or by a key that no other has', () => {
  const union = z
    .union([
      z.strictObject({ one: z.boolean().register(fields, { ...words }) }).register(fields, { ...words, title: 'One' }),
      z.discriminatedUnion('type', [
        z
          .strictObject({ type: z.literal('two'), size: z.int().register(fields, { ...words }) })
          .register(fields, words),
      ]),
    ])
    .register(fields, { ...words })
  expect(field(union)).toMatchObject({
    kind: 'variants',
    cases: [
      { name: 'one', title: 'One', when: { key: 'one' }, fields: { one: { kind: 'switch' } } },
      { name: 'two', when: { key: 'type', value: 'two' }, fields: { size: { kind: 'number' } } },
    ],
  })
})

test('a text, or an object that stands for it, has both sides with their words', () => {
  const either = z
    .union([
      z
        .string()
        .max(9)
        .register(fields, { ...words, title: 'Written out' }),
      z
        .strictObject({ file: z.string().register(fields, { ...words, title: 'Path' }) })
        .register(fields, { ...words, title: 'File' }),
    ])
    .optional()
    .register(fields, { ...words })
  expect(field(either)).toMatchObject({
    kind: 'either',
    title: 'Thing',
    optional: true,
    plain: { kind: 'text', title: 'Written out', maxLength: 9 },
    object: { kind: 'group', title: 'File', fields: { file: { kind: 'text', title: 'Path' } } },
  })
})

test('cases that nothing tells apart are refused', () => {
  const a = z.strictObject({ same: z.boolean().register(fields, { ...words }) }).register(fields, { ...words })
  const b = z.strictObject({ same: z.string().register(fields, { ...words }) }).register(fields, { ...words })
  expect(() => thing(z.union([a, b]).register(fields, { ...words }))).toThrow('neither a tag nor a key of its own')
})

test('one schema cannot be registered with two descriptions', () => {
  const shared = z.string()
  shared.register(fields, words)
  expect(() => shared.register(fields, { ...words, title: 'Other' })).toThrow('as "Thing" and as "Other"')
})
