import { createHash } from 'node:crypto'
import { ResponseReader } from '../http1/back/response-reader.ts'

/** An answer that came as a whole. */
export interface WholeAnswer {
  readonly status: number
  readonly body: Buffer
  readonly sum: string
  header(name: string): string | undefined
}

/** Reads what comes back on a connection as answers to the requests that were sent on it, in their order. */
export class AnswerReader {
  readonly answers: WholeAnswer[] = []
  /** Something came that is no answer. */
  fault: string | undefined
  readonly #methods: string[]
  #reader: ResponseReader | undefined
  #pieces: Buffer[] = []

  /** @param methods of the requests */
  constructor(methods: readonly string[]) {
    this.#methods = [...methods]
  }

  read(chunk: Buffer): void {
    let at = 0
    while (at < chunk.length && this.fault === undefined) at = this.#readSome(chunk, at)
  }

  #readSome(chunk: Buffer, from: number): number {
    this.#reader ??= this.#next()
    const reader = this.#reader
    if (!reader) return chunk.length
    let at = from
    if (!reader.head) {
      const behind = reader.readHead(from === 0 ? chunk : chunk.subarray(from), { hint() {} })
      this.fault = reader.fault
      if (behind < 0) return chunk.length
      at = from + behind
    }
    at = reader.readBody(chunk, at)
    const piece = reader.collected((bytes) => Buffer.from(bytes))
    if (piece) this.#pieces.push(piece)
    this.fault = reader.fault
    if (reader.done) this.#over(reader)
    return at
  }

  #next(): ResponseReader | undefined {
    const method = this.#methods.shift()
    if (method === undefined) {
      this.fault = 'an answer that nobody asked for'
      return undefined
    }
    const reader = new ResponseReader()
    reader.begin(method)
    return reader
  }

  #over({ head }: ResponseReader): void {
    const body = Buffer.concat(this.#pieces)
    this.#reader = undefined
    this.#pieces = []
    if (!head) return
    const sum = createHash('sha256').update(body).digest('hex')
    this.answers.push({ status: head.status, body, sum, header: (name) => head.headers.get(name) })
  }
}
