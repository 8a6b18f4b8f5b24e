import type { Log } from '@switchyard/core/middleware/contract'
import { destination, pino, stdTimeFunctions } from 'pino'

/** What waits to be written while a disk is full; lines beyond it are dropped. */
const mostBytes = 1024 * 1024

/**
 * The log of this process: JSON lines on standard output, written before the call returns, so that the last words of
 * a process that ends are there. A reader that has died, and a disk that is full, do nothing to the process.
 *
 * @param about stands in every line.
 */
export function createLog(level: string, about: Record<string, unknown>): Log {
  // Told that it is synchronous, pino flushes nothing at exit: for a reader that has died it would try for ever.
  const out = destination({ dest: 1, sync: true, maxLength: mostBytes })
  out.on('error', () => {})
  const options = {
    level,
    base: { pid: process.pid, ...about },
    timestamp: stdTimeFunctions.isoTime,
    formatters: { level: (label: string) => ({ level: label }) },
  }
  return pino(options, out)
}
