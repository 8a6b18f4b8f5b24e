import { connect, type Socket } from 'node:net'
import { connect as connectTls, type TLSSocket } from 'node:tls'

/** Where a connection goes to. */
export interface Address {
  readonly port: number
  /** Speaks TLS, whoever answers: tests look at the certificate themselves. */
  readonly tls?: boolean
  readonly servername?: string
}

export interface Answer {
  readonly status: number
  /** Names in lower case; of several fields with one name the last. */
  readonly headers: Readonly<Record<string, string>>
  /** Empty when `onBody` took it. */
  readonly body: Buffer
  readonly trailers: Readonly<Record<string, string>>
}

export interface Expected {
  /** No body comes, whatever the head says. */
  readonly method?: string
  readonly onHead?: (answer: Answer) => void
  readonly onBody?: (chunk: Buffer) => void
  /** What comes after a 101. */
  readonly onTunnel?: (chunk: Buffer) => void
}

/**
 * One client connection that knows just enough of HTTP/1.1 to follow answers to their end, and is cheap: many of them
 * share a core with what is tested. What it reads comes from the gateway and must be well formed to the letter.
 */
export class RawConnection {
  readonly socket: Socket
  readonly opened: Promise<void>
  /** The answers that came, since the connection is there. */
  answers = 0
  #waiting: Waiting[] = []
  #rest: Buffer = Buffer.alloc(0)
  #state: 'head' | 'length' | 'size' | 'chunk' | 'chunk-end' | 'trailers' | 'close' | 'tunnel' = 'head'
  #left = 0
  #status = 0
  #headers: Record<string, string> = {}
  #trailers: Record<string, string> = {}
  #body: Buffer[] = []
  #tunnel: (chunk: Buffer) => void = () => {}
  #ended: Error | undefined

  constructor({ port, tls = false, servername = 'localhost' }: Address, onClose?: (error: Error) => void) {
    const where = { port, host: '127.0.0.1' }
    this.socket = tls ? connectTls({ ...where, servername, rejectUnauthorized: false }) : connect(where)
    this.socket.setNoDelay(true)
    const { promise, resolve, reject } = deferred<void>()
    this.opened = promise
    promise.catch(() => {})
    this.socket.once(tls ? 'secureConnect' : 'connect', resolve)
    let cause = new Error('the connection was closed')
    this.socket.on('error', (error) => {
      cause = error
    })
    this.socket.on('end', () => {
      if (this.#state === 'close') this.#finish()
    })
    this.socket.on('close', () => {
      this.#ended = cause
      reject(cause)
      for (const { reject } of this.#waiting.splice(0)) reject(cause)
      onClose?.(cause)
    })
    this.socket.on('data', (chunk) => this.#take(chunk))
  }

  /** The certificate that the other side showed. */
  get peer(): string {
    return (this.socket as TLSSocket).getPeerCertificate().fingerprint256
  }

  /** Sends a whole request, and resolves with its answer. */
  request(bytes: string | Buffer, expected: Expected = {}): Promise<Answer> {
    this.socket.write(bytes)
    return this.answer(expected)
  }

  /** The next answer: for a request that is sent piece by piece. */
  answer(expected: Expected = {}): Promise<Answer> {
    const { promise, resolve, reject } = deferred<Answer>()
    if (this.#ended) reject(this.#ended)
    else this.#waiting.push({ ...expected, resolve, reject })
    return promise
  }

  destroy(): void {
    this.socket.destroy()
  }

  #take(chunk: Buffer): void {
    let data = this.#rest.length > 0 ? Buffer.concat([this.#rest, chunk]) : chunk
    try {
      for (let before = -1; data.length > 0 && data.length !== before; ) {
        before = data.length
        data = this.#step(data)
      }
    } catch (error) {
      this.socket.destroy(error as Error)
    }
    this.#rest = data
  }

  /** @returns what is left of the data: all of it, when more has to come first. */
  #step(data: Buffer): Buffer {
    switch (this.#state) {
      case 'head':
        return this.#takeHead(data)
      case 'close':
        this.#pass(data)
        return data.subarray(data.length)
      case 'tunnel':
        this.#tunnel(data)
        return data.subarray(data.length)
      case 'length':
      case 'chunk': {
        const part = data.subarray(0, this.#left)
        this.#left -= part.length
        this.#pass(part)
        if (this.#left === 0) {
          if (this.#state === 'chunk') this.#state = 'chunk-end'
          else this.#finish()
        }
        return data.subarray(part.length)
      }
      case 'chunk-end': {
        if (data.length < 2) return data
        if (data[0] !== 13 || data[1] !== 10) throw new Error('a chunk does not end where it should')
        this.#state = 'size'
        return data.subarray(2)
      }
      case 'size':
      case 'trailers':
        return this.#takeLine(data)
    }
  }

  #takeHead(data: Buffer): Buffer {
    const end = data.indexOf('\r\n\r\n')
    if (end < 0) return data
    const lines = data.toString('latin1', 0, end).split('\r\n')
    const status = /^HTTP\/1\.1 ([1-5]\d\d) /.exec(lines[0] ?? '')?.[1]
    if (!status) throw new Error(`not an answer: ${lines[0]}`)
    const rest = data.subarray(end + 4)
    const waiting = this.#waiting[0]
    if (!waiting) throw new Error(`an answer that nobody asked for: ${lines[0]}`)
    this.#status = Number(status)
    if (this.#status < 200 && this.#status !== 101) return rest
    this.#headers = readFields(lines.slice(1))
    const { 'transfer-encoding': coding, 'content-length': length } = this.#headers
    waiting.onHead?.(this.#answer())
    if (waiting.method === 'HEAD' || this.#status === 204 || this.#status === 304) {
      this.#finish()
    } else if (this.#status === 101) {
      this.#finish()
      this.#tunnel = waiting.onTunnel ?? (() => {})
      this.#state = 'tunnel'
    } else if (coding !== undefined) {
      if (coding !== 'chunked' || length !== undefined) throw new Error(`odd framing: ${lines.join(', ')}`)
      this.#state = 'size'
    } else if (length === undefined) {
      this.#state = 'close'
    } else {
      this.#left = Number(length)
      this.#state = 'length'
      if (this.#left === 0) this.#finish()
    }
    return rest
  }

  #takeLine(data: Buffer): Buffer {
    const end = data.indexOf('\r\n')
    if (end < 0) return data
    const line = data.toString('latin1', 0, end)
    if (this.#state === 'size') {
      if (!/^[0-9a-fA-F]+$/.test(line)) throw new Error(`not the size of a chunk: ${line}`)
      this.#left = Number.parseInt(line, 16)
      this.#state = this.#left === 0 ? 'trailers' : 'chunk'
    } else if (line === '') {
      this.#finish()
    } else {
      Object.assign(this.#trailers, readFields([line]))
    }
    return data.subarray(end + 2)
  }

  #pass(part: Buffer): void {
    const take = this.#waiting[0]?.onBody
    if (take) take(part)
    else this.#body.push(part)
  }

  #answer(): Answer {
    return {
      status: this.#status,
      headers: this.#headers,
      body: this.#body.length === 1 && this.#body[0] ? this.#body[0] : Buffer.concat(this.#body),
      trailers: this.#trailers,
    }
  }

  #finish(): void {
    const waiting = this.#waiting.shift()
    const answer = this.#answer()
    this.#state = 'head'
    this.#headers = {}
    this.#trailers = {}
    this.#body = []
    this.answers++
    waiting?.resolve(answer)
  }
}

interface Waiting extends Expected {
  readonly resolve: (answer: Answer) => void
  readonly reject: (error: Error) => void
}

function readFields(lines: readonly string[]): Record<string, string> {
  const fields: Record<string, string> = {}
  for (const line of lines) {
    const colon = line.indexOf(':')
    if (colon <= 0) throw new Error(`not a field: ${line}`)
    fields[line.slice(0, colon).toLowerCase()] = line.slice(colon + 1).trim()
  }
  return fields
}

function deferred<T>() {
  let resolve: (value: T) => void = () => {}
  let reject: (error: Error) => void = () => {}
  const promise = new Promise<T>((yes, no) => {
    resolve = yes
    reject = no
  })
  return { promise, resolve, reject }
}

/** The head of a request for the tests, with its empty line. */
export function head(method: string, path: string, fields: Readonly<Record<string, string | number>> = {}): string {
  const lines = Object.entries({ host: 'gateway.example', ...fields }).map(([name, value]) => `${name}: ${value}\r\n`)
  return `${method} ${path} HTTP/1.1\r\n${lines.join('')}\r\n`
}
