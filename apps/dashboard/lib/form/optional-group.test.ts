import { describe, type Field } from '@switchyard/core/schema/describe'
import { model } from '@switchyard/middleware/model'
import { expect, test } from 'vitest'
import { isOptionalGroup } from './optional-group.ts'

const fieldsOf = (field: Field | undefined) => (field?.kind === 'group' ? field.fields : {})

test('a breaker and a slow start are switched on and off, for with their defaults they are there', () => {
  const upstream = fieldsOf(describe(model.kinds.upstreams))
  expect(
    Object.entries(upstream)
      .filter(([, field]) => isOptionalGroup(field))
      .map(([name]) => name),
  ).toEqual(['slowStart', 'breaker'])
})

test('time-outs of a route are not: one of them is set, or none', () => {
  const route = fieldsOf(describe(model.kinds.routes))
  expect(Object.values(route).some(isOptionalGroup)).toBe(false)
})
