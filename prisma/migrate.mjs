import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { fileURLToPath } from 'node:url'
import { bindMigrationAwareSqlAdapterFactory } from '@prisma/driver-adapter-utils'

/**
 * `node prisma/migrate.mjs new NAME` writes a migration: the difference between `schema.prisma` and the schema that
 * the newest migration leads to, kept as `migrations/schema.snapshot.prisma`. It uses the migration engine that
 * Prisma publishes as WASM, needs no database, and downloads nothing.
 */
const migrations = new URL('migrations/', import.meta.url)
const snapshot = new URL('schema.snapshot.prisma', migrations)

/** The engine asks an adapter for its kind only; a difference of two schemas needs no connection. */
function adapterWithoutDatabase(provider) {
  const refuse = async () => {
    throw new Error('There is no database here.')
  }
  const connection = {
    provider,
    adapterName: 'none',
    dispose: async () => {},
    executeScript: async () => {},
    executeRaw: async () => 0,
    queryRaw: refuse,
    startTransaction: refuse,
    getConnectionInfo: () => ({ schemaName: 'public', supportsRelationJoins: true }),
  }
  return { provider, adapterName: 'none', connectToShadowDb: refuse, connect: async () => connection }
}

async function loadEngine(provider, schema) {
  const require = createRequire(import.meta.url)
  const glue = await import('@prisma/schema-engine-wasm/schema_engine_bg')
  const file = require.resolve('@prisma/schema-engine-wasm/schema_engine_bg').replace(/\.js$/, '.wasm')
  const { instance } = await WebAssembly.instantiate(readFileSync(file), { './schema_engine_bg.js': glue })
  glue.__wbg_set_wasm(instance.exports)
  instance.exports.__wbindgen_start()
  const adapter = bindMigrationAwareSqlAdapterFactory(adapterWithoutDatabase(provider))
  return glue.SchemaEngine.new({ datamodels: [['schema.prisma', schema]] }, () => {}, adapter)
}

/** Strictly later than every migration there is: names are applied in their order. */
function stamp(folder) {
  const newest = existsSync(folder)
    ? readdirSync(folder)
        .filter((name) => /^\d{14}_/.test(name))
        .sort()
        .at(-1)
    : undefined
  let at = Date.now()
  for (;;) {
    const text = new Date(at).toISOString().replace(/\D/g, '').slice(0, 14)
    if (newest === undefined || text > newest.slice(0, 14)) return text
    at += 1000
  }
}

const [command, name] = process.argv.slice(2)
if (command !== 'new' || !/^[a-z0-9_]+$/.test(name ?? '')) {
  console.error('Usage: node prisma/migrate.mjs new NAME   (lower case, digits and _)')
  process.exit(1)
}

const schema = readFileSync(new URL('schema.prisma', import.meta.url), 'utf8')
const before = existsSync(snapshot) ? readFileSync(snapshot, 'utf8') : undefined
const provider = 'sqlite'
const engine = await loadEngine(provider, schema)
const asModel = (content) => ({ tag: 'schemaDatamodel', files: [{ path: 'schema.prisma', content }] })
const { stdout } = await engine.diff({
  from: before === undefined ? { tag: 'empty' } : asModel(before),
  to: asModel(schema),
  script: true,
  shadowDatabaseUrl: null,
  exitCode: null,
  filters: { externalTables: [], externalEnums: [] },
})
if (!stdout || /^\s*(?:-- This is an empty migration\.\s*)?$/.test(stdout)) {
  console.error('The schema does not differ from the newest migration.')
  process.exit(1)
}

const folder = new URL(`${provider}/`, migrations)
const target = new URL(`${stamp(fileURLToPath(folder))}_${name}/`, folder)
mkdirSync(target, { recursive: true })
writeFileSync(new URL('migration.sql', target), stdout)
writeFileSync(new URL('migration_lock.toml', folder), `provider = "${provider}"\n`)
writeFileSync(snapshot, schema)
console.log(`Wrote ${fileURLToPath(target)}migration.sql`)
