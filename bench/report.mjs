/**
 * The outcome as Markdown: a table per row, each figure with its ratio to nginx, or to ours where nginx is missing.
 *
 * @param {import('./run.mjs').Bench} bench
 */
export function report({ date, machine, notes, rows, results }) {
  const there = results.filter(({ measured }) => measured.length === rows.length)
  const base = there.find(({ name }) => name === 'nginx') ?? there[0]
  const tables = rows.map((row, index) => {
    const lines = there
      .map(({ name, version, measured }) => ({ title: `${name} ${version}`, figures: measured[index] }))
      .map(({ title, figures }) => figures && line(title, figures, base?.measured[index] ?? figures))
    return [`## ${row}`, '', ...header(base?.name ?? ''), ...lines, ''].join('\n')
  })
  const missing = results.filter(({ missing }) => missing).map(({ name, missing }) => `- ${name}: ${missing}`)
  return [
    `# Bench of ${date.slice(0, 16).replace('T', ' ')}`,
    '',
    machine,
    '',
    ...notes,
    '',
    ...tables,
    ...(missing.length > 0 ? ['Not measured:', '', ...missing, ''] : []),
  ].join('\n')
}

/** @param {string} base */
const header = (base) => [
  `| | CPU µs/request | × ${base} | p50 ms | p99 ms | requests/s | × ${base} | core busy | errors |`,
  '|---|--:|--:|--:|--:|--:|--:|--:|--:|',
]

/**
 * @param {string} title
 * @param {import('./measure.mjs').Measured} figures
 * @param {import('./measure.mjs').Measured} base
 */
function line(title, figures, base) {
  const cells = [
    title,
    figures.cpuMicros.toFixed(1),
    (figures.cpuMicros / base.cpuMicros).toFixed(2),
    figures.p50Ms.toFixed(2),
    figures.p99Ms.toFixed(2),
    Math.round(figures.requestsPerSecond).toString(),
    (figures.requestsPerSecond / base.requestsPerSecond).toFixed(2),
    `${Math.round(figures.busy * 100)} %`,
    figures.errors.toString(),
  ]
  return `| ${cells.join(' | ')} |`
}
