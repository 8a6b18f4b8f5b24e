/**
 * @typedef {Record<string, unknown> & { level?: number | string, msg?: string }} LogEntry
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
const leftOut = new Set(['level', 'time', 'msg', 'pid', 'hostname', 'name', 'node', 'stack'])
/** pino's numbers, which a program may write as they are or as words. */
const levels = new Map([
  [20, 'debug'],
  [30, 'info'],
  [40, 'warn'],
  [50, 'error'],
  [60, 'fatal'],
])

/** @param {LogEntry} entry */
const levelOf = ({ level }) => (typeof level === 'string' ? level : (levels.get(level ?? 30) ?? 'info'))

/**
 * Whether a line is for people at a terminal. The access log is for files and collectors; here it would bury
 * everything else.
 *
 * @param {LogEntry} entry
 */
export const worthReading = (entry) => levelOf(entry) !== 'debug' && entry.msg !== 'request'

/**
 * One log entry as people read it: `12:30:01  node     revision applied  number=2  ms=14`.
 *
 * @param {string} name Of the program.
 * @param {LogEntry} entry
 */
export function readableLine(name, entry) {
  const { time } = entry
  const at = new Date(typeof time === 'number' || typeof time === 'string' ? time : Date.now())
  const level = levelOf(entry)
  const fields = Object.entries(entry)
    .filter(([field]) => !leftOut.has(field))
    .map(([field, value]) => `${field}=${typeof value === 'object' ? JSON.stringify(value) : value}`)
  const message = `${level === 'info' ? '' : `${level}: `}${entry.msg ?? ''}`
  return [at.toTimeString().slice(0, 8), name.padEnd(7), message, ...fields].join('  ')
}
