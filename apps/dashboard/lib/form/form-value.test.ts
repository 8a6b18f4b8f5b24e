import { caseMeant } from '@switchyard/core/schema/case-meant'
import type { Field, Json, VariantsField } from '@switchyard/core/schema/describe'
import { describe as describeSchema } from '@switchyard/core/schema/describe'
import { model } from '@switchyard/middleware/model'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { emptyCase, emptyValue } from './empty-value.ts'
import { numberProblem, readNumberText, settleNumber, stepNumber } from './number-text.ts'
import { addItem, type Draft, isObject, itemsOf, moveItem, removeItem, replaceItem, setKey } from './object-edit.ts'
import { isOptionalGroup } from './optional-group.ts'
import { switchCase } from './switch-case.ts'

/** A value that an operator could have written for this field: optional keys there or not, defaults written out or not. */
function written(field: Field, depth = 0): fc.Arbitrary<Draft> {
  const some: fc.Arbitrary<Draft> = (() => {
    switch (field.kind) {
      case 'text':
      case 'ref':
        return fc.string({ maxLength: 12 })
      case 'number':
        return field.integer
          ? fc.integer({ min: Math.max(field.min ?? -1000, -1e9), max: Math.min(field.max ?? 1000, 1e9) })
          : fc
              .integer({ min: Math.ceil(10 * (field.min ?? 0)), max: Math.floor(10 * (field.max ?? 100)) })
              .map((tenths) => tenths / 10)
      case 'switch':
        return fc.boolean()
      case 'choice':
        return fc.constantFrom(...field.options)
      case 'list':
        return fc.array(written(field.item, depth + 1), { maxLength: depth > 3 ? 1 : 3 })
      case 'map':
        return fc.dictionary(fc.string({ minLength: 1, maxLength: 5 }), written(field.value, depth + 1), { maxKeys: 3 })
      case 'either':
        return fc.oneof(written(field.plain, depth + 1), written(field.object, depth + 1))
      case 'group':
        return object(field.fields, depth)
      case 'variants':
        return fc.oneof(
          ...field.cases.map((variant) =>
            object(variant.fields, depth).map((keys) =>
              variant.when.value === undefined ? keys : { [variant.when.key]: variant.when.value, ...keys },
            ),
          ),
        )
    }
  })()
  return field.default === undefined ? some : fc.oneof(some, fc.constant(field.default as Draft))
}

function object(fields: Record<string, Field>, depth: number): fc.Arbitrary<Record<string, Draft>> {
  const optional = Object.entries(fields).filter(([, field]) => field.optional)
  return fc.record(Object.fromEntries(Object.entries(fields).map(([key, field]) => [key, written(field, depth + 1)])), {
    requiredKeys: Object.keys(fields).filter((key) => !optional.some(([name]) => name === key)),
  })
}

/** What the form does when every field of it is typed again as it stands: each value leaves through its field's own edit. */
function typeAgain(field: Field, value: Draft): Draft {
  if (value === undefined) return undefined
  switch (field.kind) {
    case 'number':
      return readNumberText(String(value), field)
    case 'list':
      return itemsOf(value).reduce<Draft>((list, item, i) => replaceItem(list, i, typeAgain(field.item, item)), value)
    case 'either':
      return typeAgain(isObject(value) ? field.object : field.plain, value)
    case 'group':
      return retypeKeys(field.fields, value, field.optional && !isOptionalGroup(field))
    case 'variants':
      return retypeKeys(caseMeant(field.cases, value)?.fields ?? {}, value, field.optional)
    default:
      return value
  }
}

function retypeKeys(fields: Record<string, Field>, value: Draft, mayBeAbsent: boolean): Draft {
  return Object.entries(fields).reduce<Draft>((whole, [key, field]) => {
    const inner = isObject(whole) ? whole[key] : undefined
    return setKey(whole, key, typeAgain(field, inner), mayBeAbsent)
  }, value)
}

describe.each(Object.entries(model.kinds))('a form of %s', (_, schema) => {
  const field = describeSchema(schema)

  test('gives back the identical value when nothing was changed, whatever was written or left out', () => {
    fc.assert(
      fc.property(written(field), (value) => {
        expect(JSON.stringify(typeAgain(field, value))).toBe(JSON.stringify(value))
      }),
      { numRuns: 200, seed: 20240611 },
    )
  })

  test('begins with the required keys and nothing else', () => {
    const value = emptyValue(field)
    expect(isObject(value)).toBe(true)
    expect(value).toHaveProperty('id', '')
    expect(value).not.toHaveProperty('labels')
  })
})

test('setting a key and clearing it again leaves no trace', () => {
  expect(setKey(undefined, 'a', 1, true)).toEqual({ a: 1 })
  expect(setKey({ a: 1 }, 'a', undefined, true)).toBeUndefined()
  expect(setKey({ a: 1 }, 'a', undefined, false)).toEqual({})
  expect(setKey({}, 'a', undefined, true)).toEqual({})
  expect(Object.keys(setKey({ a: 1, b: 2 }, 'a', 3, true) ?? {})).toEqual(['a', 'b'])
})

test('items move within the list and never out of it', () => {
  expect(moveItem(['a', 'b', 'c'], 0, 1)).toEqual(['b', 'a', 'c'])
  expect(moveItem(['a', 'b', 'c'], 0, -1)).toEqual(['a', 'b', 'c'])
  expect(moveItem(['a', 'b', 'c'], 1, 9)).toEqual(['a', 'c', 'b'])
  expect(removeItem(['a'], 0, true)).toBeUndefined()
  expect(removeItem(['a'], 0, false)).toEqual([])
  expect(addItem(undefined, 'a')).toEqual(['a'])
})

test('what is no number yet is kept as it was typed', () => {
  const whole = { integer: true, optional: true }
  expect(readNumberText('70000', whole)).toBe(70_000)
  expect(readNumberText('7x', whole)).toBe('7x')
  expect(readNumberText('1.5', whole)).toBe('1.5')
  expect(readNumberText('1.', { integer: false, optional: true })).toBe('1.')
  expect(readNumberText(' ', whole)).toBeUndefined()
  expect(readNumberText('', { integer: true, optional: false })).toBe('')
})

test('arrow keys begin at the default and stop at the bounds', () => {
  const bounds = { integer: true, min: 0, max: 10, default: 9 as Json }
  expect(stepNumber(undefined, 1, bounds)).toBe(10)
  expect(stepNumber(10, 1, bounds)).toBe(10)
  expect(stepNumber(3, -10, bounds)).toBe(0)
  expect(stepNumber('abc', 1, { integer: true })).toBe(1)
})

test('arrow keys move a number that need not be whole by tenths, and leave no crumbs', () => {
  const aggression = { integer: false, min: 0.1, max: 10, default: 1 as Json }
  expect(stepNumber(undefined, 1, aggression)).toBe(1.1)
  expect(stepNumber(0.2, 1, aggression)).toBe(0.3)
  expect(stepNumber(1, -10, aggression)).toBe(0.1)
})

test('a number that was typed in another form is one once the field is left', () => {
  expect(settleNumber('1.0', { integer: false })).toBe(1)
  expect(settleNumber('0.50', { integer: false })).toBe(0.5)
  expect(settleNumber('2.', { integer: false })).toBe(2)
  expect(settleNumber('007', { integer: true })).toBe(7)
  expect(settleNumber('1.5', { integer: true })).toBe('1.5')
  expect(settleNumber('x', { integer: false })).toBe('x')
  expect(settleNumber(undefined, { integer: true })).toBeUndefined()
})

test('a number out of bounds is told with its bounds', () => {
  expect(numberProblem(70_000, { min: 0, max: 65_535 })).toEqual({ word: 'between', min: 0, max: 65_535 })
  expect(numberProblem(0, { min: 1 })?.word).toBe('atLeast')
  expect(numberProblem('7x', {})?.word).toBe('notANumber')
  expect(numberProblem(undefined, { min: 1 })).toBeUndefined()
})

test('another case keeps what both have, and a case that was left comes back as it was', () => {
  const strategy = (describeSchema(model.kinds.upstreams) as Extract<Field, { kind: 'group' }>).fields[
    'strategy'
  ] as VariantsField
  const named = (name: string) => strategy.cases.find((variant) => variant.name === name)
  const [hash, consistent, random] = [named('hash'), named('consistent-hash'), named('random')]
  if (hash === undefined || consistent === undefined || random === undefined)
    throw new Error('the strategies have changed')
  const value = { type: 'hash', key: { from: 'header', name: 'x-user' } }
  expect(switchCase(value, hash, consistent, undefined)).toEqual({ ...value, type: 'consistent-hash' })
  expect(switchCase(value, hash, random, undefined)).toEqual({ type: 'random' })
  expect(switchCase({ type: 'random' }, random, hash, value)).toEqual(value)
  expect(emptyCase(random)).toEqual({ type: 'random' })
})
