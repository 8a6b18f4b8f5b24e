import fc from 'fast-check'
import { expect, test } from 'vitest'
import { formatPath, parsePath } from './path.ts'

test('a path that was written is read as it was', () => {
  const word = fc.constantFrom('routes', 'x-a', '_b', '0', 'a b', '["x"]', 'a.b', '"', '\\', '')
  const path = fc.array(fc.oneof(word, fc.string(), fc.nat()))
  fc.assert(
    fc.property(path, (path) => {
      expect(parsePath(formatPath(path))).toEqual(path)
    }),
  )
})
