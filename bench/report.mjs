import { cpuRatio, judge } from './goals.mjs'
import { rows as allRows } from './rows.mjs'
import { webSocketReport } from './websockets.mjs'

/**
 * @typedef {import('./run.mjs').Bench} Bench
 * @typedef {import('./cells.mjs').Cell} Cell
 * @typedef {import('./measure.mjs').Round} Round
 */

/**
 * The outcome as Markdown: a table per row, ours over the others, and the goals.
 *
 * @param {Bench} bench
 */
export function report({ date, machine, notes, cells, webSockets }) {
  const rows = allRows.filter(({ id }) => cells.some(({ row }) => row === id))
  return [
    `# Bench of ${date.slice(0, 16).replace('T', ' ')}`,
    '',
    machine,
    '',
    ...(rows.length > 0 ? [...notes.map((note) => `- ${note}`), ''] : []),
    ...rows.flatMap((row) =>
      rowTable(
        row,
        cells.filter((cell) => cell.row === row.id),
      ),
    ),
    ...(rows.length > 0 ? [...ratioTable(rows, cells), ...goalTable(cells)] : []),
    ...(webSockets ? webSocketReport(webSockets) : []),
  ].join('\n')
}

/**
 * Each figure with its ratio to nginx, or to ours where nginx is missing.
 *
 * @param {import('./rows.mjs').Row} row
 * @param {Cell[]} cells
 */
function rowTable(row, cells) {
  const base = cells.find(({ peer, figures }) => peer === 'nginx' && figures) ?? cells.find(({ figures }) => figures)
  const lines = cells.flatMap(({ peer, version, figures }) =>
    figures && base?.figures ? [line(`${peer} ${version}`, figures, base.figures)] : [],
  )
  const remarks = cells.flatMap(({ peer, missing, figures }) => {
    if (missing !== undefined) return [`- ${peer}: ${missing}`]
    const behind = figures && figures.perSecond < 0.95 * row.rate
    return behind ? [`- ${peer} took only ${Math.round(figures.perSecond)} of ${row.rate} requests/s.`] : []
  })
  const over = base?.peer ?? ''
  return [
    `## ${row.title}`,
    '',
    ...(base
      ? [
          `| at ${row.rate}/s | CPU µs/request | × ${over} | p50 ms | p99 ms | full: requests/s | × ${over} | CPU µs/request | × ${over} | core busy | errors |`,
          '|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|',
          ...lines,
          '',
        ]
      : []),
    ...(remarks.length > 0 ? [...remarks, ''] : []),
  ]
}

/**
 * @param {string} title
 * @param {Round} figures
 * @param {Round} base
 */
function line(title, figures, base) {
  const cells = [
    title,
    figures.cpuMicros.toFixed(1),
    (figures.cpuMicros / base.cpuMicros).toFixed(2),
    figures.p50Ms.toFixed(2),
    figures.p99Ms.toFixed(2),
    Math.round(figures.fullPerSecond).toString(),
    (figures.fullPerSecond / base.fullPerSecond).toFixed(2),
    figures.fullCpuMicros.toFixed(1),
    (figures.fullCpuMicros / base.fullCpuMicros).toFixed(2),
    `${Math.round(figures.busy * 100)} %`,
    figures.errors.toString(),
  ]
  return `| ${cells.join(' | ')} |`
}

/**
 * @param {import('./rows.mjs').Row[]} rows
 * @param {Cell[]} cells
 */
function ratioTable(rows, cells) {
  const others = [...new Set(cells.map(({ peer }) => peer))].filter((peer) => peer !== 'switchyard')
  const lines = rows.map(({ id, title }) => {
    const ratios = others.map((peer) => cpuRatio(cells, id, peer)?.toFixed(2) ?? '')
    return `| ${[title, ...ratios].join(' | ')} |`
  })
  if (others.length === 0 || !cells.some(({ peer }) => peer === 'switchyard')) return []
  return [
    '## CPU of switchyard, as a multiple of theirs',
    '',
    `| | ${others.join(' | ')} |`,
    `|---|${others.map(() => '--:|').join('')}`,
    ...lines,
    '',
  ]
}

/** @param {Cell[]} cells */
function goalTable(cells) {
  const judged = judge(cells)
  if (judged.length === 0) return []
  const lines = judged.map(({ row, peer, most, ratio, verdict }) => {
    const title = allRows.find(({ id }) => id === row)?.title ?? row
    return `| ${title} | at most ${most} × ${peer} | ${ratio?.toFixed(2) ?? ''} | ${verdict} |`
  })
  return ['## Goals', '', '| CPU | goal | is | |', '|---|---|--:|---|', ...lines, '']
}
