import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'

const read = (path: string) => readFileSync(new URL(path, import.meta.url), 'utf8')

test('the schema is what the newest migration leads to', () => {
  expect(read('migrations/schema.snapshot.prisma')).toBe(read('schema.prisma'))
})

test('a migration without a difference is refused', () => {
  const script = fileURLToPath(new URL('migrate.mjs', import.meta.url))
  expect(() => execFileSync(process.execPath, [script, 'new', 'nothing'], { stdio: 'pipe' })).toThrow('does not differ')
})
