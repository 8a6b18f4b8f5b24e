/**
 * @typedef {object} Goal
 * @property {string} row By id.
 * @property {string} peer
 * @property {number} most Our processor time per request, as a multiple of the peer's.
 *
 * @typedef {Goal & { ratio: number | undefined, verdict: 'met' | 'missed' | 'not measured' }} Judged
 */

/** @type {Goal[]} What the data plane is to reach. */
const goals = [
  { row: 'small', peer: 'nginx', most: 2 },
  { row: 'small', peer: 'Go httputil.ReverseProxy', most: 0.45 },
  { row: 'small', peer: 'Caddy', most: 0.45 },
  { row: 'small', peer: 'http-proxy', most: 0.33 },
  { row: 'browser', peer: 'nginx', most: 2.4 },
]

/**
 * Ours over the peer's; undefined where one of them was not measured.
 *
 * @param {import('./cells.mjs').Cell[]} cells
 * @param {string} row
 * @param {string} peer
 */
export function cpuRatio(cells, row, peer) {
  const of = (/** @type {string} */ name) =>
    cells.find((cell) => cell.row === row && cell.peer === name)?.figures?.cpuMicros
  const [ours, theirs] = [of('switchyard'), of(peer)]
  return ours && theirs ? ours / theirs : undefined
}

/**
 * The goals of the rows and peers that were chosen. A peer that is not installed leaves its goal open.
 *
 * @param {import('./cells.mjs').Cell[]} cells
 * @returns {Judged[]}
 */
export const judge = (cells) =>
  goals
    .filter((goal) => cells.some(({ row, peer }) => row === goal.row && peer === goal.peer))
    .map((goal) => {
      const ratio = cpuRatio(cells, goal.row, goal.peer)
      return { ...goal, ratio, verdict: ratio === undefined ? 'not measured' : ratio <= goal.most ? 'met' : 'missed' }
    })
