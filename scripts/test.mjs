/**
 * `npm test`: installs what is missing, builds what the tests start, runs every test, and ends with the line
 * `N passed, N failed` (`, N skipped` when there are any). Arguments choose a subset by file name, as in
 * `npm test -- balancers`; those that begin with a dash go to vitest.
 */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { installBrowser } from './prepare/browser.mjs'
import { requireNode } from './prepare/node-version.mjs'
import { prepare } from './prepare/prepare.mjs'
import { onEndSignals } from './processes/end-signals.mjs'
import { run } from './processes/run.mjs'
import { root } from './repository.mjs'
import { add, closingLine, countPlaywright, countVitest, none } from './test-counts.mjs'

requireNode()
const end = () => process.exit(1)
onEndSignals({ end, endNow: end })

const scratch = mkdtempSync(join(tmpdir(), 'switchyard-tests-'))
process.on('exit', () => rmSync(scratch, { recursive: true, force: true }))
const env = environment()

let counts = none
try {
  await prepare(console.log)
  const chosen = process.argv.slice(2)
  const specs = browserSpecs().filter(
    (spec) => chosen.length === 0 || chosen.some((word) => !word.startsWith('-') && spec.includes(word)),
  )
  counts = await runVitest(chosen)
  if (specs.length > 0) counts = add(counts, await runPlaywright(specs))
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  counts = add(counts, { passed: 0, failed: 1, skipped: 0 })
}
process.exitCode = counts.failed > 0 || counts.passed === 0 ? 1 : 0
console.log(closingLine(counts))

/** @param {string[]} chosen */
async function runVitest(chosen) {
  const report = join(scratch, 'vitest.json')
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`]
  const cli = 'node_modules/vitest/vitest.mjs'
  const code = await run(process.execPath, [cli, 'run', '--passWithNoTests', ...reporters, ...chosen], { env })
  return countVitest(read(report), code)
}

/** @param {string[]} specs */
async function runPlaywright(specs) {
  const browser = await installBrowser(console.log)
  if (!browser) console.error('There is no browser. Install chromium, or set CHROMIUM_PATH.')
  const report = join(scratch, 'playwright.json')
  const cli = 'node_modules/@playwright/test/cli.js'
  const code = await run(process.execPath, [cli, 'test', '--reporter=list,json', ...specs], {
    env: { ...env, PLAYWRIGHT_JSON_OUTPUT_FILE: report },
  })
  return countPlaywright(read(report), code)
}

function browserSpecs() {
  return readdirSync(join(root, 'tests', 'browser'))
    .filter((name) => name.endsWith('.spec.ts'))
    .map((name) => `tests/browser/${name}`)
}

/**
 * @param {string} file
 * @returns {unknown} Undefined when the run ended before it wrote one.
 */
function read(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'))
  } catch {
    return undefined
  }
}

/** A product that is started by a test, and one that runs beside the tests, share nothing: no setting, no home. */
function environment() {
  /** @type {NodeJS.ProcessEnv} */
  const own = { SWITCHYARD_HOME: join(scratch, 'home'), NODE_ENV: undefined }
  for (const name of Object.keys(process.env)) {
    if (/^(?:PORT|GATEWAY_PORT|DATABASE_URL|SWITCHYARD_.*)$/.test(name) && !(name in own)) own[name] = undefined
  }
  return own
}
