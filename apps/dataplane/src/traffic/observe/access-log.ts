import type { AccessEntry } from './access-entry.ts'

/** The access log of a worker. */
export interface AccessLog {
  /** Notes a request that is over. Costs no I/O; a line that finds no room is dropped and counted. */
  write(entry: AccessEntry): void
  /** Opens the file anew, by its name. What was noted before goes to the old one. */
  reopen(): Promise<void>
  /** Writes what is left. */
  close(): Promise<void>
  /** Writes what is left before it returns, as far as that is possible without waiting: for the end of a process. */
  flushSync(): void
}
