import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { cpus, loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { root } from '../scripts/repository.mjs'
import { runBackend } from './backends.mjs'
import { makeCertificate } from './certificate.mjs'
import { cores } from './cores.mjs'
import { judge } from './goals.mjs'
import { hasWrk, measureRound } from './measure.mjs'
import { peers as allPeers } from './peers/all.mjs'
import { report } from './report.mjs'
import { rows as allRows } from './rows.mjs'
import { runPinned } from './running.mjs'
import { measureWebSockets, webSocketsWell } from './websockets.mjs'

/**
 * @typedef {object} Cell One peer in one row.
 * @property {string} row By id.
 * @property {string} peer
 * @property {string} [version]
 * @property {string} [missing] Why it was not measured.
 * @property {import('./measure.mjs').Round[]} rounds
 * @property {import('./measure.mjs').Round} [figures] The medians of the rounds; the sum of the errors.
 *
 * @typedef {object} Bench
 * @property {string} date
 * @property {string} machine
 * @property {string[]} notes
 * @property {Cell[]} cells
 * @property {import('./websockets.mjs').WebSocketFigures} [webSockets]
 *
 * @typedef {import('./rows.mjs').Row} Row
 * @typedef {import('./peers/peer.mjs').Peer} Peer
 * @typedef {import('./running.mjs').Running} Running
 * @typedef {{ seconds: number, rounds: number }} Span
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
 * Rows by their ids and peers by a part of their names; all of those of which none is named.
 *
 * @param {string[]} words
 */
function choose(words) {
  const known = (/** @type {string} */ word) =>
    word === 'websockets' ||
    allRows.some(({ id }) => id === word) ||
    allPeers.some(({ name }) => name.toLowerCase().includes(word))
  const unknown = words.find((word) => !known(word))
  if (unknown !== undefined) {
    const names = [...allRows.map(({ id }) => id), 'websockets', ...allPeers.map(({ name }) => name)]
    throw new Error(`There is no row or peer ${unknown}. There are ${names.join(', ')}.`)
  }
  const namedRows = allRows.filter(({ id }) => words.includes(id))
  const namedPeers = allPeers.filter(({ name }) => words.some((word) => name.toLowerCase().includes(word)))
  const webSockets = words.includes('websockets')
  return {
    rows: namedRows.length > 0 || webSockets ? namedRows : allRows,
    peers: namedPeers.length > 0 ? namedPeers : allPeers,
    webSockets,
  }
}

/**
 * @param {Row[]} rows
 * @param {Peer[]} peers
 * @param {Span} span
 * @returns {Promise<Cell[]>} In the order of the rows.
 */
async function measureAll(rows, peers, span) {
  const backend = await runBackend()
  const folder = mkdtempSync(join(tmpdir(), 'switchyard-bench-'))
  try {
    /** @type {Cell[]} */
    const cells = []
    for (const setup of new Set(rows.map(({ setup }) => setup))) {
      const inSetup = rows.filter((row) => row.setup === setup)
      cells.push(...(await measureSetup(inSetup, peers, backend.port, folder, span)))
    }
    return cells
  } finally {
    rmSync(folder, { recursive: true, force: true })
    await backend.end()
  }
}

/**
 * Starts every peer in one setup, and measures them row by row. Rounds go in turn (A, B, C, A, B, C, …), so that what
 * else happens on the machine meets all of them.
 *
 * @param {Row[]} rows Of one setup.
 * @param {Peer[]} peers
 * @param {number} backend
 * @param {string} folder
 * @param {Span} span
 */
async function measureSetup(rows, peers, backend, folder, span) {
  const cells = rows.map((row) => peers.map((peer) => emptyCell(row, peer)))
  /** @type {Map<string, Running>} By name. */
  const running = new Map()
  try {
    for (const peer of peers) {
      const wanted = cells.flat().filter((cell) => cell.peer === peer.name && cell.missing === undefined)
      if (wanted.length === 0) continue
      try {
        const setup = rows[0]?.setup
        const certificate = setup === 'tls' ? makeCertificate(folder) : undefined
        const manyRoutes = setup === 'routes'
        const start = (/** @type {string} */ own, /** @type {number} */ port) =>
          peer.command({ folder: own, port, backend, manyRoutes, ...(certificate && { certificate }) })
        running.set(peer.name, await runPinned('proxy', start))
      } catch (error) {
        for (const cell of wanted) cell.missing = messageOf(error)
      }
    }
    for (const [index, row] of rows.entries()) {
      console.log(`${row.title} …`)
      await measureRow(row, cells[index] ?? [], running, span)
    }
  } finally {
    await Promise.all([...running.values()].map((proxy) => proxy.end()))
  }
  return cells.flat()
}

/**
 * @param {Row} row
 * @param {Cell[]} cells
 * @param {Map<string, Running>} running
 * @param {Span} span
 */
async function measureRow(row, cells, running, { seconds, rounds }) {
  for (let round = 0; round < rounds; round++) {
    for (const cell of cells) {
      const proxy = running.get(cell.peer)
      if (!proxy || cell.missing !== undefined) continue
      try {
        cell.rounds.push(await measureRound(proxy, row, seconds))
      } catch (error) {
        cell.missing = messageOf(error)
      }
    }
  }
  for (const cell of cells) if (cell.missing === undefined) cell.figures = summary(cell.rounds)
}

/**
 * @param {Row} row
 * @param {Peer} peer
 * @returns {Cell}
 */
function emptyCell(row, peer) {
  const version = peer.version()
  const missing = version === undefined ? 'not installed' : peer.skips(row)
  return {
    row: row.id,
    peer: peer.name,
    ...(version !== undefined && { version }),
    ...(missing !== undefined && { missing }),
    rounds: [],
  }
}

/** @param {import('./measure.mjs').Round[]} rounds */
function summary(rounds) {
  const of = (/** @type {keyof import('./measure.mjs').Round} */ name) => {
    const sorted = rounds.map((round) => round[name]).sort((a, b) => a - b)
    return ((sorted[(sorted.length - 1) >> 1] ?? 0) + (sorted[sorted.length >> 1] ?? 0)) / 2
  }
  return {
    cpuMicros: of('cpuMicros'),
    perSecond: of('perSecond'),
    p50Ms: of('p50Ms'),
    p99Ms: of('p99Ms'),
    fullPerSecond: of('fullPerSecond'),
    fullCpuMicros: of('fullCpuMicros'),
    busy: of('busy'),
    errors: rounds.reduce((sum, { errors }) => sum + errors, 0),
  }
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

/** @param {unknown} error */
const messageOf = (error) => (error instanceof Error ? error.message : String(error))
