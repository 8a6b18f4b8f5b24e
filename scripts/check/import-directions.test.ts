import { spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { root } from '../repository.mjs'

const biome = createRequire(import.meta.url).resolve('@biomejs/biome/bin/biome')

const refused: [path: string, line: string][] = [
  ['packages/core/src/x.ts', "import 'node:fs'"],
  ['packages/core/src/x.ts', "import 'undici'"],
  ['packages/core/src/x.ts', "import '@switchyard/middleware/model'"],
  ['packages/core/src/x.ts', "import '../../../apps/dataplane/src/main.ts'"],
  ['packages/core/src/x.ts', "await import('node:fs')"],
  ['packages/middleware/src/x.ts', "import '@switchyard/dataplane/main'"],
  ['packages/middleware/src/x.ts', "import type { AppRouter } from '@switchyard/dashboard/api'"],
  ['packages/client/src/x.ts', "import { AppRouter } from '@switchyard/dashboard/api'"],
  ['apps/dataplane/src/x.ts', "import { NodeRouter } from '@switchyard/dashboard/node-api'"],
  ['apps/dataplane/src/x.ts', "import type { AppRouter } from '@switchyard/dashboard/api'"],
  ['apps/dataplane/src/x.ts', "import '../../dashboard/server/main.ts'"],
  ['apps/dataplane/src/x.ts', "import '@prisma/client'"],
  ['apps/dashboard/server/x.ts', "import '@switchyard/dataplane/main'"],
  ['apps/dashboard/server/x.ts', "import '../../dataplane/src/main.ts'"],
  ['apps/dashboard/components/x.tsx', "import '@prisma/client'"],
  ['apps/dashboard/app/x.tsx', "import { AppRouter } from '../server/api/router.ts'"],
  ['apps/dashboard/lib/x.ts', "import '../server/generated/client.ts'"],
  ['tests/x.test.ts', "import '../apps/dataplane/src/main.ts'"],
]

const allowed: [path: string, line: string][] = [
  ['packages/core/src/x.ts', "import 'zod'"],
  ['packages/core/src/x.test.ts', "import 'node:fs'"],
  ['packages/middleware/src/x.ts', "import '@switchyard/core/errors'"],
  ['packages/client/src/x.ts', "import type { AppRouter } from '@switchyard/dashboard/api'"],
  ['apps/dataplane/src/x.ts', "import type { NodeRouter } from '@switchyard/dashboard/node-api'"],
  ['apps/dataplane/src/x.ts', "import '@switchyard/middleware/model'"],
  ['apps/dashboard/server/x.ts', "import '@prisma/client'"],
  ['apps/dashboard/app/x.tsx', "import type { AppRouter } from '../server/api/router.ts'"],
]

/** Every case is a file at its place in a copy of the tree that holds nothing else, linted with our rules in one run. */
const copy = mkdtempSync(join(tmpdir(), 'switchyard-imports-'))
const cases = [...refused, ...allowed]
const fileOf = (index: number) => (cases[index]?.[0] ?? '').replace('x.', `case-${index}.`)
let said = ''

beforeAll(() => {
  for (const path of ['biome.json', '.gitignore', 'scripts/check/types-only.grit'])
    cpSync(join(root, path), join(copy, path))
  for (const [index, [, line]] of cases.entries()) {
    const file = join(copy, fileOf(index))
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(file, `${line}\n`)
  }
  const { stdout } = spawnSync(process.execPath, [biome, 'lint', '--reporter=github', '--max-diagnostics=none'], {
    cwd: copy,
    encoding: 'utf8',
  })
  said = stdout
})
afterAll(() => rmSync(copy, { recursive: true, force: true }))

const complaints = (index: number) =>
  said.split('\n').filter((line) => line.includes(`/${fileOf(index)},`) && /noRestrictedImports|plugin/.test(line))

test.each(refused.map((one, index) => [...one, index] as const))('%s must not say: %s', (_path, _line, index) => {
  expect(complaints(index)).not.toEqual([])
})

test.each(allowed.map((one, index) => [...one, index + refused.length] as const))(
  '%s may say: %s',
  (_path, _line, index) => {
    expect(complaints(index)).toEqual([])
  },
)
