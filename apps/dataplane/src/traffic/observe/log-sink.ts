import { constants, fstatSync, write, writeSync } from 'node:fs'
import { type FileHandle, open } from 'node:fs/promises'
import { promisify } from 'node:util'

/** Where lines go: a file, by its path, or standard output. */
export type LogDestination = { readonly type: 'file'; readonly path: string } | { readonly type: 'stdout' }

/** An open destination. Several processes may have it open: each write is added to the end as a whole. */
export interface LogSink {
  /** No write may be longer, or those of other processes get in between. Infinity for none. */
  readonly atomicBytes: number
  /**
   * @returns how many bytes were written
   * @throws the error of the system; `EAGAIN` when there is no room now
   */
  write(bytes: Uint8Array, from: number, length: number): number | Promise<number>
  close(): Promise<void>
}

/** Linux writes so much to a pipe in one go (`pipe(7)`); POSIX promises 512. */
const pipeBytes = 4096

const writeAside = promisify(write)

/** @throws the error of the system */
export async function openSink(destination: LogDestination): Promise<LogSink> {
  if (destination.type === 'stdout') return openStdout()
  const file = await open(destination.path, 'a', 0o640)
  return {
    atomicBytes: Number.POSITIVE_INFINITY,
    write: async (bytes, from, length) => (await file.write(bytes, from, length)).bytesWritten,
    close: () => file.close(),
  }
}

/**
 * A pipe or terminal is opened anew, so that writing to it does not wait: a reader that stands still would otherwise hold
 * a thread, of which Node has four, and with it the end of the process. A file is not: it has one end, and our own
 * opening of it another.
 */
async function openStdout(): Promise<LogSink> {
  const own = await reopenStdout()
  if (own) {
    const write = (bytes: Uint8Array, from: number, length: number) => writeSync(own.fd, bytes, from, length)
    return { atomicBytes: pipeBytes, write, close: () => own.close() }
  }
  return {
    atomicBytes: pipeBytes,
    write: async (bytes, from, length) => (await writeAside(1, bytes, from, length)).bytesWritten,
    close: async () => {},
  }
}

async function reopenStdout(): Promise<FileHandle | undefined> {
  const { O_WRONLY, O_APPEND, O_NONBLOCK } = constants
  try {
    const kind = fstatSync(1)
    if (!kind.isFIFO() && !kind.isCharacterDevice()) return undefined
    return await open('/dev/stdout', O_WRONLY | O_APPEND | O_NONBLOCK)
  } catch {
    // A socket cannot be opened so, nor the pipe of another user, as it may be in a container.
    return undefined
  }
}
