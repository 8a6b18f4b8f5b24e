import { expect, test } from 'vitest'
import { model } from './model.ts'

test('a document with nothing but its format is valid', () => {
  expect(model.document.parse({ switchyard: 1 }).routes).toEqual([])
})
