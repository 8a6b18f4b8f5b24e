import { describe } from '@switchyard/core/schema/describe'
import { model } from '@switchyard/middleware/model'
import { expect, test } from 'vitest'
import { sectionsOf } from './sections.ts'

const upstream = describe(model.kinds.upstreams)
const fields = upstream.kind === 'group' ? upstream.fields : {}

test('health has a section of its own, with everything that decides about targets that are not well', () => {
  const health = sectionsOf(fields).find(({ name }) => name === 'health')
  expect(health?.field?.title).toBe('Health')
  expect(Object.keys(health?.fields ?? {})).toEqual([
    'health',
    'slowStart',
    'whenNoneEligible',
    'tierMinPercent',
    'breaker',
  ])
})

test('every field stands in one section, and in one only', () => {
  for (const schema of Object.values(model.kinds)) {
    const field = describe(schema)
    const all = field.kind === 'group' ? field.fields : {}
    const placed = sectionsOf(all).flatMap((section) => Object.keys(section.fields))
    expect(placed.sort()).toEqual(Object.keys(all).sort())
  }
})
