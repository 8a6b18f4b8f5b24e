import { describe, type Field } from '@switchyard/core/schema/describe'
import { model } from '@switchyard/middleware/model'
import { expect, test } from 'vitest'
import words from './schema.zh.json' with { type: 'json' }

/** The labels that a diff adds to those of the schema. */
const ofDiffs = ['Order', 'Type']

/** Every title, description and hint of a field and of what is inside. */
function* wordsOf(field: Field): Generator<string> {
  yield field.title
  yield field.description
  if (field.kind === 'text' && field.hint !== undefined) yield field.hint
  if (field.kind === 'list') yield* wordsOf(field.item)
  if (field.kind === 'map') {
    yield* wordsOf(field.key)
    yield* wordsOf(field.value)
  }
  if (field.kind === 'either') {
    yield* wordsOf(field.plain)
    yield* wordsOf(field.object)
  }
  if (field.kind === 'group') for (const inner of Object.values(field.fields)) yield* wordsOf(inner)
  if (field.kind === 'variants') {
    for (const { title, description, fields } of field.cases) {
      yield title
      yield description
      for (const inner of Object.values(fields)) yield* wordsOf(inner)
    }
  }
}

const spoken = new Set(
  [describe(model.document), ...Object.values(model.kinds).map(describe)].flatMap((field) => [...wordsOf(field)]),
)
spoken.delete('')

test('every word of the schema is there in Chinese', () => {
  expect([...spoken].filter((word) => !Object.hasOwn(words, word))).toEqual([])
})

test('no translation is of a word that the schema does not say', () => {
  expect(Object.keys(words).filter((word) => !spoken.has(word) && !ofDiffs.includes(word))).toEqual([])
})
