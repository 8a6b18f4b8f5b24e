import { runBackend } from './backends.mjs'
import { makeCertificate } from './certificate.mjs'
import { measureRound } from './measure.mjs'
import { runPinned } from './running.mjs'

/**
 * @typedef {object} Cell One peer in one row.
 * @property {string} row By id.
 * @property {string} peer
 * @property {string} [version]
 * @property {string} [missing] Why it was not measured.
 * @property {import('./measure.mjs').Round[]} rounds
 * @property {import('./measure.mjs').Round} [figures] The medians of the rounds; the sum of the errors.
 *
 * @typedef {import('./rows.mjs').Row} Row
 * @typedef {import('./peers/peer.mjs').Peer} Peer
 * @typedef {import('./running.mjs').Running} Running
 * @typedef {{ seconds: number, rounds: number }} Span
 */

/**
 * @param {Row[]} rows
 * @param {Peer[]} peers
 * @param {Span} span
 * @returns {Promise<Cell[]>} In the order of the rows.
 */
export async function measureAll(rows, peers, span) {
  const backend = await runBackend()
  try {
    /** @type {Cell[]} */
    const cells = []
    for (const setup of new Set(rows.map(({ setup }) => setup))) {
      const inSetup = rows.filter((row) => row.setup === setup)
      cells.push(...(await measureSetup(inSetup, peers, backend.port, span)))
    }
    return cells
  } finally {
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
 * @param {Span} span
 */
async function measureSetup(rows, peers, backend, span) {
  const cells = rows.map((row) => peers.map((peer) => emptyCell(row, peer)))
  /** @type {Map<string, Running>} By name. */
  const running = new Map()
  try {
    for (const peer of peers) {
      const wanted = cells.flat().filter((cell) => cell.peer === peer.name && cell.missing === undefined)
      if (wanted.length === 0) continue
      try {
        running.set(peer.name, await start(peer, backend, rows[0]?.setup))
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
 * @param {Peer} peer
 * @param {number} backend
 * @param {import('./rows.mjs').Setup | undefined} setup
 */
const start = (peer, backend, setup) =>
  runPinned('proxy', (folder, port) =>
    peer.command({
      folder,
      port,
      backend,
      manyRoutes: setup === 'routes',
      ...(setup === 'tls' && { certificate: makeCertificate(folder) }),
    }),
  )

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

/** @param {unknown} error */
const messageOf = (error) => (error instanceof Error ? error.message : String(error))
