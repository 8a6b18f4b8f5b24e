import { mkdirSync, writeFileSync } from 'node:fs'
import { cpus, loadavg } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { root } from '../scripts/repository.mjs'
import { measureAll } from './cells.mjs'
import { choose } from './choose.mjs'
import { cores } from './cores.mjs'
import { judge } from './goals.mjs'
import { hasWrk } from './measure.mjs'
import { report } from './report.mjs'
import { measureWebSockets, webSocketsWell } from './websockets.mjs'

/**
 * @typedef {object} Bench
 * @property {string} date
 * @property {string} machine
 * @property {string[]} notes
 * @property {import('./cells.mjs').Cell[]} cells
 * @property {import('./websockets.mjs').WebSocketFigures} [webSockets]
 *
 * @typedef {import('./cells.mjs').Span} Span
 */

/**
 * Measures every peer that is installed in every row, prints the tables and writes them to `bench/results/`.
 *
 * @param {string[]} args `--seconds 1`, `--rounds 3`, `--gate`, and names of rows and peers when not all are wanted.
 * @returns {Promise<boolean>} False when `--gate` was given, and a goal is not met.
 */
export async function bench(args) {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      seconds: { type: 'string', default: '1' },
      rounds: { type: 'string', default: '3' },
      gate: { type: 'boolean', default: false },
    },
  })
  /** @type {Span} */
  const span = { seconds: Number(values.seconds), rounds: Number(values.rounds) }
  if (!Object.values(span).every((value) => Number.isInteger(value) && value >= 1 && value <= 600)) {
    throw new Error('--seconds and --rounds take whole numbers from 1.')
  }
  const chosen = choose(positionals)

  const [busyBefore = 0] = loadavg()
  const cells = chosen.rows.length > 0 ? await measureAll(chosen.rows, chosen.peers, span) : []
  const webSockets = chosen.webSockets ? await measureWebSockets() : undefined
  const date = new Date().toISOString()
  /** @type {Bench} */
  const outcome = {
    date,
    machine: `${cpus()[0]?.model.trim() ?? 'unknown processor'}, ${cpus().length} cores; Node ${process.versions.node}`,
    notes: notes(span, busyBefore),
    cells,
    ...(webSockets && { webSockets }),
  }
  keep(outcome)
  const reached = judge(cells).every(({ verdict }) => verdict === 'met') && (!webSockets || webSocketsWell(webSockets))
  return reached || !values.gate
}

/**
 * @param {Span} span
 * @param {number} busyBefore
 */
function notes({ seconds, rounds }, busyBefore) {
  return [
    `Medians of ${rounds} rounds of ${seconds} s, the proxies in turn, on 32 connections.`,
    'CPU is the processor time per request, of all processes of a proxy, at the rate that stands with the row.',
    `Full load is ${hasWrk ? "wrk's" : 'that of our own load (wrk is not installed)'}, as much as the proxy takes.`,
    cores
      ? 'The proxies on one core, one at a time; load and backend together on another.'
      : 'Nothing is pinned to a core here, so the figures disturb each other.',
    ...(busyBefore > 0.5
      ? [`The machine was busy with other things (load ${busyBefore.toFixed(1)}): the figures are worth little.`]
      : []),
  ]
}

/** @param {Bench} outcome */
function keep(outcome) {
  const folder = join(root, 'bench', 'results')
  const text = report(outcome)
  mkdirSync(folder, { recursive: true })
  const name = outcome.date.replaceAll(':', '-').slice(0, 19)
  writeFileSync(join(folder, `${name}.json`), `${JSON.stringify(outcome, null, 2)}\n`)
  writeFileSync(join(folder, 'latest.md'), text)
  console.log(`\n${text}`)
}
