import type { Log } from '@switchyard/core/middleware/contract'
import { pino, stdTimeFunctions } from 'pino'

/**
 * The log of this process: JSON lines on standard output, written before the call returns, so that the last words of
 * a process that ends are there.
 *
 * @param about stands in every line.
 */
export function createLog(level: string, about: Record<string, unknown>): Log {
  return pino({
    level,
    base: { pid: process.pid, ...about },
    timestamp: stdTimeFunctions.isoTime,
    formatters: { level: (label) => ({ level: label }) },
  })
}
