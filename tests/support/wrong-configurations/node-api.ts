import { once } from 'node:events'
import { createServer, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Report } from '@switchyard/core/node-protocol'

/**
 * What a node sees of a control plane, written by hand, so that it can also send what no control plane of ours would:
 * tRPC's server-sent events at `/api/node/subscribe`, and `/api/node/report`.
 */
export class NodeApi {
  readonly token = 'swn_test'
  readonly reports: Report[] = []
  /** Subscriptions that were ever opened. */
  subscriptions = 0
  readonly #server: Server
  #stream: ServerResponse | undefined

  private constructor() {
    this.#server = createServer((request, response) => {
      if (request.url?.startsWith('/api/node/subscribe')) {
        this.subscriptions++
        this.#stream = response
        response.writeHead(200, { 'content-type': 'text/event-stream' })
        response.write('event: connected\ndata: {}\n\n')
        return
      }
      let body = ''
      request.on('data', (chunk) => {
        body += chunk
      })
      request.on('end', () => {
        this.reports.push(JSON.parse(body))
        response.setHeader('content-type', 'application/json')
        response.end('{"result":{"data":{}}}')
      })
    })
  }

  static async start(): Promise<NodeApi> {
    const api = new NodeApi()
    api.#server.listen(0, '127.0.0.1')
    await once(api.#server, 'listening')
    return api
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`
  }

  /** An event to the node that subscribed last. */
  send(snapshot: { number: number; hash: string; [field: string]: unknown }): void {
    this.write(`data: ${JSON.stringify(snapshot)}\nid: ${snapshot.number}:${snapshot.hash}\n\n`)
  }

  /** Any text in the stream. */
  write(text: string): void {
    this.#stream?.write(text)
  }

  /** Breaks the connection of the stream. */
  cut(): void {
    this.#stream?.destroy()
  }

  async close(): Promise<void> {
    this.#server.close()
    this.#server.closeAllConnections()
    await once(this.#server, 'close')
  }
}
