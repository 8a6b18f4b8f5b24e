import type { Log } from '@switchyard/core/middleware/contract'
import { destination, pino, stdTimeFunctions } from 'pino'

/**
 * The log of this process: JSON lines on standard output, written before the call returns, so that the last words of
 * a process that ends are there.
 *
 * @param about stands in every line.
 */
export function createLog(level: string, about: Record<string, unknown>): Log {
  const options = {
    level,
    base: { pid: process.pid, ...about },
    timestamp: stdTimeFunctions.isoTime,
    formatters: { level: (label: string) => ({ level: label }) },
  }
  // Said to be synchronous, pino flushes nothing at exit: it would try for ever where whoever read it has died.
  return pino(options, destination({ dest: 1, sync: true }))
}
