import type { Log } from '@switchyard/core/middleware/contract'
import type { AccessEntry } from './access-entry.ts'
import { BatchWriter } from './batch-writer.ts'
import { combinedLine } from './combined-line.ts'
import { jsonLine } from './json-line.ts'
import type { LineOptions } from './line-parts.ts'
import type { LogDestination } from './log-sink.ts'

/** The access log of a worker, as asked for on the command line. Plain JSON. */
export interface AccessLogOptions {
  readonly destination: LogDestination
  readonly format: 'json' | 'combined'
  /** Whether what follows the `?` of a URL is told: it may hold secrets. */
  readonly query: boolean
}

/** The access log of a worker. */
export interface AccessLog {
  /** Notes a request that is over. Writes nothing yet; a line that finds no room is dropped and counted. */
  write(entry: AccessEntry): void
  /**
   * Opens the file anew, by its name; what was noted before goes to the old one.
   *
   * @throws the error of the system; the old one is kept
   */
  reopen(): Promise<void>
  /** Writes what is left. False when that took longer than it may: a write may still be under way. */
  close(): Promise<boolean>
}

/**
 * So long may a line be. To a pipe it must be written in one go, or lines of other workers get into it; to a file it
 * must fit into a batch.
 */
const longestLine = { stdout: 4096, file: 65_536 }
/** So much of each thing a client says is told: more than the longest URL by default. And so much in a line that would be too long. */
const longest = { usual: 8192, short: 64 }

const closeWithinMs = 1000

/**
 * @param log told of a file that cannot be written. Not of standard output, which is where it would say so.
 * @param onDropped so many lines were lost
 */
export function createAccessLog(options: AccessLogOptions, log: Log, onDropped: (lines: number) => void): AccessLog {
  const { destination, format, query } = options
  const line = { json: jsonLine, combined: combinedLine }[format]
  const usual: LineOptions = { query, longest: longest.usual }
  const short: LineOptions = { query, longest: longest.short }
  const mostBytes = longestLine[destination.type]
  const writer = new BatchWriter({
    destination,
    onDropped,
    onChange(error) {
      if (destination.type === 'stdout') return
      if (error) log.error({ err: error, file: destination.path }, 'the access log cannot be written')
      else log.info({ file: destination.path }, 'the access log is written again')
    },
  })
  return {
    write(entry) {
      const text = line(entry, usual)
      writer.add(text.length > mostBytes ? line(entry, short) : text)
    },
    reopen: () => writer.reopen(),
    close: () => writer.close(closeWithinMs),
  }
}
