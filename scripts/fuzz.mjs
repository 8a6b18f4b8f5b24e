/**
 * `npm run fuzz [-- --minutes 10 --seed 1]`: throws generated and mutated heads and bodies at the HTTP/1.1 codec of the data
 * plane and at Node's own parser, and ends with code 1 and the shortest case it can find when ours accepts what Node does
 * not read in the same way, throws, does not end, or depends on how the bytes are split. What brought something new is
 * kept from run to run in `node_modules/.cache`.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { parseArgs } from 'node:util'
import { Worker } from 'node:worker_threads'
import { alone } from './prepare/alone.mjs'
import { installPackages } from './prepare/install.mjs'
import { requireNode } from './prepare/node-version.mjs'
import { onEndSignals } from './processes/end-signals.mjs'
import { root } from './repository.mjs'

/** @typedef {{ direction: 'request' | 'response', toHead: boolean, text: string }} WireCase */
/**
 * @typedef {object} FuzzReport See `fuzz-worker.ts`.
 * @property {number} seed
 * @property {number} cases
 * @property {number} accepted
 * @property {number} complete
 * @property {WireCase[]} corpus
 * @property {[reason: string, times: number][]} stricter
 * @property {{ wire: WireCase, what: string } | undefined} failure
 */

const roundMs = 60_000
/** A case takes microseconds. */
const stuckMs = 30_000
const longestText = 1 << 20

requireNode()
const end = () => process.exit(0)
onEndSignals({ end, endNow: end })

const folder = join(root, 'apps', 'dataplane', 'src', 'traffic', 'http1', 'codec', 'testing')
const kept = join(folder, 'kept-cases.recorded.json')
const corpusFile = join(root, 'node_modules', '.cache', 'switchyard', 'fuzz-corpus.json')

try {
  const { values } = parseArgs({
    options: {
      minutes: { type: 'string', default: '10' },
      seed: { type: 'string', default: String(Date.now() % 2 ** 31) },
    },
  })
  const minutes = Number(values.minutes)
  const seed = Number(values.seed)
  if (!(minutes > 0) || !Number.isSafeInteger(seed)) throw new Error('--minutes takes a number, --seed an integer.')
  await alone(() => installPackages(console.log), console.log)
  await fuzz(seed, minutes)
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = 1
}

/**
 * @param {number} seed
 * @param {number} minutes
 */
function fuzz(seed, minutes) {
  const corpus = [...read(kept), ...read(corpusFile)]
  console.log(`Seed ${seed}, ${minutes} minutes, beginning with ${corpus.length} cases.`)
  const current = new SharedArrayBuffer(8 + longestText)
  const numbers = new Int32Array(current, 0, 2)
  const worker = new Worker(new URL('fuzz/typescript-thread.mjs', import.meta.url), {
    workerData: {
      file: pathToFileURL(join(folder, 'fuzz-worker.ts')).href,
      seed,
      corpus,
      untilMs: Date.now() + minutes * 60_000,
      roundMs,
      current,
    },
    execArgv: ['--conditions=source'],
  })

  let cases = 0
  let lastCount = -1
  let lastMoveMs = Date.now()
  const watch = setInterval(() => {
    const count = Atomics.load(numbers, 0)
    if (count !== lastCount) {
      lastCount = count
      lastMoveMs = Date.now()
    } else if (Date.now() - lastMoveMs > stuckMs) {
      const text = Buffer.from(current, 8, Atomics.load(numbers, 1)).toString('latin1')
      console.error(`Does not end:\n${JSON.stringify(text)}`)
      process.exit(1)
    }
  }, 1000)

  return new Promise((resolve, reject) => {
    worker.on('message', (/** @type {FuzzReport} */ report) => {
      cases += report.cases
      save(report.corpus)
      console.log(
        `${cases} cases; seed ${report.seed}: ${report.complete} messages accepted, ${report.corpus.length} cases in the corpus`,
      )
      for (const [reason, times] of report.stricter.sort((a, b) => b[1] - a[1]).slice(0, 40)) {
        console.log(`  stricter ${String(times).padStart(7)} ${reason}`)
      }
      if (report.failure === undefined) return
      console.error(`\n${report.failure.what}\n\nTo keep it, add to ${kept}:\n${JSON.stringify(report.failure.wire)}`)
      process.exitCode = 1
    })
    worker.once('error', reject)
    worker.once('exit', resolve)
  }).finally(() => clearInterval(watch))
}

/**
 * @param {string} file
 * @returns {WireCase[]} None when there is no such file.
 */
function read(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'))
  } catch {
    return []
  }
}

/** @param {WireCase[]} corpus */
function save(corpus) {
  mkdirSync(dirname(corpusFile), { recursive: true })
  writeFileSync(corpusFile, JSON.stringify(corpus))
}
