import { now } from './deadlines.ts'

/** So long, in milliseconds, work may hold up everything else. */
const sliceMs = 5

/** Cuts long work into slices, between which the event loop turns. */
export class Pauses {
  #begun = now()

  /** It is time for one. */
  get due(): boolean {
    return now() - this.#begun > sliceMs
  }

  async take(): Promise<void> {
    await new Promise<void>((resolve) => setImmediate(resolve))
    this.#begun = now()
  }
}
