import { setTimeout as sleep } from 'node:timers/promises'
import { type LogDestination, type LogSink, openSink } from './log-sink.ts'

export interface BatchWriterOptions {
  readonly destination: LogDestination
  /** So many lines were lost. */
  readonly onDropped: (lines: number) => void
  /** Writing has begun to fail, or, without an error, works again. */
  readonly onChange: (error: unknown) => void
}

/** One write, its lines after a line feed that is sent only where the write before ended within a line. */
type Batch = Buffer

/** A batch is written when it has so many bytes, or is so old. */
const batchBytes = 65_536
const batchMs = 250
/** Batches that may wait to be written (2 MiB); those that come beyond are dropped. */
const mostWaiting = 32
/** A pipe that is full is tried again after so long, and each time it still is, after twice that. */
const fullPipeMs = { first: 2, most: 100 }
const lineFeed = 10

/**
 * Writes lines in batches and in order, while the process goes on. Memory is bounded: lines are dropped when they come
 * faster than they are written. Several processes may write to one destination without tearing each other's lines.
 */
export class BatchWriter {
  readonly #options: BatchWriterOptions
  #lines = ''
  #timer: NodeJS.Timeout | undefined
  /** In the order to be done; the first is being done. */
  readonly #waiting: (Batch | (() => Promise<void>))[] = []
  #working = false
  #work: Promise<void> = Promise.resolve()
  #sink: LogSink | undefined
  #torn = false
  #failing = false
  #pauseMs = fullPipeMs.first
  #givenUp = false

  /** Opens the destination at once; if it cannot be opened, again with each batch. */
  constructor(options: BatchWriterOptions) {
    this.#options = options
    this.#do(async () => {
      this.#sink = await openSink(options.destination)
    }).catch((error: unknown) => this.#failed(error))
  }

  /** @param line of ASCII, at most 64 KiB, with its line feed */
  add(line: string): void {
    if (this.#lines.length + line.length > batchBytes) this.flush()
    this.#lines += line
    this.#timer ??= setTimeout(() => this.flush(), batchMs).unref()
  }

  /** Begins to write what has been added. */
  flush(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
    if (this.#lines === '') return
    const batch = Buffer.from(`\n${this.#lines}`, 'latin1')
    this.#lines = ''
    if (this.#waiting.length < mostWaiting) {
      this.#waiting.push(batch)
      this.#begin()
    } else {
      this.#options.onDropped(linesIn(batch, 1))
    }
  }

  /**
   * Opens the file anew by its name, after everything added until now went to the old one.
   *
   * @throws the error of the system; the old one is kept
   */
  async reopen(): Promise<void> {
    const { destination } = this.#options
    if (destination.type !== 'file') return
    this.flush()
    await this.#do(async () => {
      const sink = await openSink(destination)
      const old = this.#sink
      this.#sink = sink
      await old?.close()
    })
  }

  /** Writes everything and closes. False when that took longer: a write may still be under way. */
  async close(withinMs: number): Promise<boolean> {
    this.flush()
    const stop = new AbortController()
    const late = sleep(withinMs, false, { signal: stop.signal }).catch(() => false)
    const done = await Promise.race([this.#work.then(() => true), late])
    stop.abort()
    this.#givenUp = true
    if (done) await this.#sink?.close()
    return done
  }

  #do(act: () => Promise<void>): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#waiting.push(() => act().then(resolve, reject))
      this.#begin()
    })
  }

  #begin(): void {
    if (this.#working) return
    this.#working = true
    this.#work = this.#workOff()
  }

  async #workOff(): Promise<void> {
    for (let next = this.#waiting[0]; next; next = this.#waiting[0]) {
      if (typeof next === 'function') await next()
      else await this.#write(next)
      this.#waiting.shift()
    }
    this.#working = false
  }

  async #write(batch: Batch): Promise<void> {
    const from = this.#torn ? 0 : 1
    let at = from
    try {
      this.#sink ??= await openSink(this.#options.destination)
      while (at < batch.length) at += await this.#writePiece(this.#sink, batch, at)
      this.#torn = false
      if (this.#failing) this.#options.onChange(undefined)
      this.#failing = false
    } catch (error) {
      if (at > from) this.#torn = batch[at - 1] !== lineFeed
      this.#options.onDropped(linesIn(batch, Math.max(at, 1)))
      this.#failed(error)
    }
  }

  async #writePiece(sink: LogSink, batch: Batch, at: number): Promise<number> {
    try {
      const written = await sink.write(batch, at, pieceFrom(batch, at, sink.atomicBytes))
      this.#pauseMs = fullPipeMs.first
      return written
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EAGAIN' || this.#givenUp) throw error
      await sleep(this.#pauseMs, undefined, { ref: false })
      this.#pauseMs = Math.min(this.#pauseMs * 2, fullPipeMs.most)
      return 0
    }
  }

  #failed(error: unknown): void {
    if (!this.#failing) this.#options.onChange(error)
    this.#failing = true
  }
}

/** How many bytes to write at once: whole lines, if there is more than may be. */
function pieceFrom(batch: Batch, at: number, atomicBytes: number): number {
  if (batch.length - at <= atomicBytes) return batch.length - at
  const end = batch.lastIndexOf(lineFeed, at + atomicBytes - 1)
  return end < at ? atomicBytes : end + 1 - at
}

function linesIn(batch: Batch, from: number): number {
  let lines = 0
  for (let at = batch.indexOf(lineFeed, from); at !== -1; at = batch.indexOf(lineFeed, at + 1)) lines++
  return lines
}
