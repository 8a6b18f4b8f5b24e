import { expect, test } from 'vitest'
import { table } from './table.ts'

test('columns are as wide as what stands in them, figures at the right, nothing behind the last', () => {
  const lines = table(
    [{ title: 'node' }, { title: 'workers', align: 'right' }, { title: 'state' }],
    [
      ['a', '2', '● applied'],
      ['node-größe', '16', ''],
    ],
  )
  expect(lines).toEqual(['node        workers  state', 'a                 2  ● applied', 'node-größe       16'])
})

test('a name that would move the cursor is measured and written without that', () => {
  expect(table([{ title: 'a' }, { title: 'b' }], [['x\u001b[1Ay', 'z']])).toEqual(['a      b', 'x[1Ay  z'])
})
