import { spawnSync } from 'node:child_process'
import { createRequire } from 'node:module'
import { fileURLToPath } from 'node:url'

/**
 * Writes the Prisma client. Prisma insists on the schema-engine binary being there before any command, though
 * `generate` needs only the WASM of its package; any executable satisfies it, so no download takes place.
 */
const prisma = createRequire(import.meta.url).resolve('prisma/build/index.js')
const schema = fileURLToPath(new URL('schema.prisma', import.meta.url))
const { status } = spawnSync(process.execPath, [prisma, 'generate', '--schema', schema, '--no-hints'], {
  stdio: ['ignore', 'ignore', 'inherit'],
  env: {
    ...process.env,
    PRISMA_SCHEMA_ENGINE_BINARY: process.execPath,
    CHECKPOINT_DISABLE: '1',
    PRISMA_HIDE_UPDATE_MESSAGE: '1',
  },
})
process.exitCode = status ?? 1
