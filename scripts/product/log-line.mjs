/**
 * @typedef {Record<string, unknown> & { level?: number, msg?: string }} LogEntry
 */

/**
 * The entry of one line of a program's log, or undefined when the line is not one.
 *
 * @param {string} line
 * @returns {LogEntry | undefined}
 */
export function parseLogLine(line) {
  if (!line.startsWith('{')) return undefined
  try {
    return JSON.parse(line)
  } catch {
    return undefined
  }
}

/** What a reader at a terminal knows already. */
const leftOut = new Set(['level', 'time', 'msg', 'pid', 'hostname', 'name', 'node', 'v'])
const levels = new Map([
  [40, 'warning: '],
  [50, 'error: '],
  [60, 'fatal: '],
])

/**
 * One log entry as people read it: `12:30:01 node  revision applied  number=2 ms=14`.
 *
 * @param {string} name Of the program.
 * @param {LogEntry} entry
 */
export function readableLine(name, entry) {
  const time = new Date(typeof entry['time'] === 'number' ? entry['time'] : Date.now()).toTimeString().slice(0, 8)
  const fields = Object.entries(entry)
    .filter(([field]) => !leftOut.has(field))
    .map(([field, value]) => `${field}=${typeof value === 'object' ? JSON.stringify(value) : value}`)
  return [`${time} ${name.padEnd(7)}`, `${levels.get(entry.level ?? 30) ?? ''}${entry.msg ?? ''}`, ...fields].join('  ')
}
