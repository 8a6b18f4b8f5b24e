import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { run } from '../processes/run.mjs'
import { root } from '../repository.mjs'

const stamp = join(root, 'node_modules', '.switchyard', 'built')

/** What the build reads, from the top folder. */
const inputs = ['package-lock.json', 'turbo.json', 'tsconfig.base.json', 'packages', 'apps', 'prisma']
/** @param {string} name Of a file or a folder. */
const isSource = (name) =>
  !/^(?:node_modules|dist|\.next|\.turbo|generated|next-env\.d\.ts)$|\.test\.tsx?$|\.tsbuildinfo$|\.log$/.test(name)
/** Without one of these the build has not run, whatever the stamp says. */
const outputs = [
  'packages/core/dist',
  'packages/middleware/dist',
  'packages/client/dist',
  'apps/dataplane/dist/main.js',
  'apps/dashboard/dist/server/main.js',
  'apps/dashboard/.next/BUILD_ID',
]

/**
 * Builds what is stale. Turbo decides package by package; when no source has changed at all it is not even asked.
 *
 * @param {(sentence: string) => void} say
 */
export async function buildStale(say) {
  const built = sourcesHash()
  if (outputs.every((path) => existsSync(join(root, path))) && existsSync(stamp)) {
    if (readFileSync(stamp, 'utf8') === built) return
  }
  say('Building what has changed …')
  await turbo('build')
  mkdirSync(dirname(stamp), { recursive: true })
  writeFileSync(stamp, built)
}

/** Builds what the pages import from other packages; everything else runs from source. */
export async function buildForPages() {
  await turbo('build', '--filter=@switchyard/core')
}

/** Writes the Prisma client, which sources import and the repository does not hold, when the schema is newer. */
export async function generate() {
  const [client, schema] = ['apps/dashboard/server/generated/client.ts', 'prisma/schema.prisma'].map(
    (path) => statSync(join(root, path), { throwIfNoEntry: false })?.mtimeMs ?? 0,
  )
  if (client && schema && client >= schema) return
  const code = await run(process.execPath, ['prisma/generate.mjs'], { timeoutMs: 60_000 })
  if (code !== 0) throw new Error(`prisma/generate.mjs ended with code ${code}; what it printed above says why.`)
}

/**
 * @param {string} task
 * @param {string[]} options
 */
async function turbo(task, ...options) {
  const program = join(root, 'node_modules', 'turbo', 'bin', 'turbo')
  const code = await run(process.execPath, [program, 'run', task, '--output-logs=errors-only', ...options], {
    env: { TURBO_TELEMETRY_DISABLED: '1', NEXT_TELEMETRY_DISABLED: '1', NODE_ENV: undefined },
    timeoutMs: 15 * 60_000,
  })
  if (code !== 0) throw new Error(`turbo run ${task} ended with code ${code}; what it printed above says why.`)
}

/** Changes with the name or the content of any source. */
function sourcesHash() {
  const hash = createHash('sha256').update(process.version)
  for (const input of inputs) add(input)
  return `${hash.digest('hex')}\n`

  /** @param {string} path */
  function add(path) {
    const full = join(root, path)
    if (statSync(full).isDirectory()) {
      for (const name of readdirSync(full).sort()) if (isSource(name)) add(`${path}/${name}`)
    } else {
      hash.update(`${path}\0`).update(readFileSync(full)).update('\0')
    }
  }
}
