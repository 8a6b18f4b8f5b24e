import http from 'node:http'
import net, { type Socket } from 'node:net'

export interface Answer {
  readonly status: number
  readonly headers: http.IncomingHttpHeaders
  readonly rawHeaders: string[]
  readonly body: Buffer
  readonly text: string
  /** The body came to its end. */
  readonly complete: boolean
}

export interface Ask {
  readonly path?: string
  readonly method?: string
  readonly headers?: http.OutgoingHttpHeaders | readonly string[]
  readonly body?: string | Buffer
  readonly agent?: http.Agent
}

/** One request by Node's client. Rejects only when no head of an answer comes. */
export function ask(port: number, { path = '/', method = 'GET', headers, body, agent }: Ask = {}): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const request = http.request(
      { host: '127.0.0.1', port, path, method, headers: headers as http.OutgoingHttpHeaders, agent: agent ?? false },
      (response) => {
        const chunks: Buffer[] = []
        response.on('data', (chunk: Buffer) => chunks.push(chunk))
        response.on('error', () => {})
        response.on('close', () => {
          const all = Buffer.concat(chunks)
          resolve({
            status: response.statusCode ?? 0,
            headers: response.headers,
            rawHeaders: response.rawHeaders,
            body: all,
            text: all.toString(),
            complete: response.complete,
          })
        })
      },
    )
    request.on('error', reject)
    request.end(body)
  })
}

/** Bytes as they are, over one connection; what comes back until it closes, or until nothing came for `quietMs`. */
export function exchangeRaw(
  port: number,
  bytes: string | readonly string[],
  quietMs = 2000,
): Promise<{ text: string; closed: boolean }> {
  return new Promise((resolve) => {
    const socket = net.connect(port, '127.0.0.1')
    let text = ''
    let timer: NodeJS.Timeout
    const finish = (closed: boolean): void => {
      clearTimeout(timer)
      socket.destroy()
      resolve({ text, closed })
    }
    const wait = (): void => {
      clearTimeout(timer)
      timer = setTimeout(() => finish(false), quietMs)
    }
    socket.on('connect', () => {
      for (const part of typeof bytes === 'string' ? [bytes] : bytes) socket.write(part, 'latin1')
      wait()
    })
    socket.on('data', (chunk) => {
      text += chunk.toString('latin1')
      wait()
    })
    socket.on('error', () => {})
    socket.on('close', () => finish(true))
  })
}

/** A connected socket. */
export function connectRaw(port: number): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = net.connect(port, '127.0.0.1', () => resolve(socket))
    socket.on('error', reject)
  })
}

/** Waits until it holds, for 10 s at most. */
export async function until(holds: () => boolean, what = 'it'): Promise<void> {
  const end = Date.now() + 10_000
  while (!holds()) {
    if (Date.now() > end) throw new Error(`${what} did not come to hold within 10 s`)
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
}
