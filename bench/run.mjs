import { mkdirSync, writeFileSync } from 'node:fs'
import { cpus, loadavg } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { root } from '../scripts/repository.mjs'
import { cores } from './cores.mjs'
import { hasWrk, measure, runBackend, runPinned } from './measure.mjs'
import { peers } from './peers.mjs'
import { report } from './report.mjs'
import { rows } from './requests.mjs'

/**
 * @typedef {object} Result Of one peer; `measured` has one entry per row, or `missing` says why there is none.
 * @property {string} name
 * @property {string} [version]
 * @property {string} [missing]
 * @property {import('./measure.mjs').Measured[]} measured
 *
 * @typedef {object} Bench
 * @property {string} date
 * @property {string} machine
 * @property {string[]} notes
 * @property {string[]} rows
 * @property {Result[]} results
 */

/**
 * Measures every peer that is installed, one after the other, prints the table and writes it to `bench/results/`.
 * Never fails on a number.
 *
 * @param {string[]} args `--seconds 5`, `--rate 3000`, and names of peers when not all are wanted.
 */
export async function bench(args) {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: { seconds: { type: 'string', default: '5' }, rate: { type: 'string', default: '3000' } },
  })
  const how = { seconds: Number(values.seconds), rate: Number(values.rate) }
  if (!(how.seconds >= 1 && how.rate >= 1)) throw new Error('--seconds and --rate take numbers from 1.')
  const chosen = peers.filter(
    ({ name }) => positionals.length === 0 || positionals.some((word) => name.toLowerCase().includes(word)),
  )

  const [busyBefore = 0] = loadavg()
  const backend = await runBackend()
  /** @type {Result[]} */
  const results = []
  try {
    for (const peer of chosen) results.push(await measurePeer(peer, backend.port, how))
  } finally {
    await backend.end()
  }

  const date = new Date().toISOString()
  /** @type {Bench} */
  const outcome = {
    date,
    machine: `${cpus()[0]?.model.trim() ?? 'unknown processor'}, ${cpus().length} cores; Node ${process.versions.node}`,
    notes: [
      `Processor time at ${how.rate} requests/s on 32 keep-alive connections, ${how.seconds} s each.`,
      `Throughput by ${hasWrk ? 'wrk' : 'our own load (wrk is not installed)'}, ${how.seconds} s each.`,
      cores
        ? 'Each proxy alone on one core; load and backend together on another.'
        : 'Nothing is pinned to a core here, so the figures disturb each other.',
      ...(busyBefore > 0.5
        ? [`The machine was busy with other things (load ${busyBefore.toFixed(1)}): the figures are worth little.`]
        : []),
    ],
    rows: rows.map(({ name }) => name),
    results,
  }
  const folder = join(root, 'bench', 'results')
  const text = report(outcome)
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, `${date.replaceAll(':', '-').slice(0, 19)}.json`), `${JSON.stringify(outcome, null, 2)}\n`)
  writeFileSync(join(folder, 'latest.md'), text)
  console.log(`\n${text}`)
}

/**
 * @param {import('./peers.mjs').Peer} peer
 * @param {number} backend
 * @param {{ seconds: number, rate: number }} how
 * @returns {Promise<Result>}
 */
async function measurePeer(peer, backend, how) {
  const { name } = peer
  const version = peer.version()
  if (version === undefined) return { name, missing: 'not installed', measured: [] }
  console.log(`${name} ${version} …`)
  /** @type {Result} */
  const result = { name, version, measured: [] }
  try {
    const proxy = await runPinned('proxy', (folder, port) => peer.command({ folder, port, backend }))
    try {
      for (const row of rows) result.measured.push(await measure(proxy, row, how))
    } finally {
      await proxy.end()
    }
  } catch (error) {
    result.missing = error instanceof Error ? error.message : String(error)
  }
  return result
}
