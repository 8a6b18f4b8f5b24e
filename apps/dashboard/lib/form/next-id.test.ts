import { expect, test } from 'vitest'
import { nextId } from './next-id.ts'

const named = (...ids: string[]) => ids.map((id) => ({ id }))

test('ids go on as they began', () => {
  expect(nextId([])).toBe('a')
  expect(nextId(named('a', 'b'))).toBe('c')
  expect(nextId(named('api-1', 'api-2'))).toBe('api-3')
  expect(nextId(named('api-2', 'api-1'))).toBe('api-3')
})
