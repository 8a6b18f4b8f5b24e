import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import {
  type Report,
  reportSchema,
  revisionId,
  type Snapshot,
  type SubscribeInput,
  subscribeInput,
} from '@switchyard/core/node-protocol'
import { initTRPC, TRPCError, tracked } from '@trpc/server'
import { createHTTPHandler } from '@trpc/server/adapters/standalone'

const t = initTRPC.create({
  sse: { ping: { enabled: true, intervalMs: 500 }, client: { reconnectAfterInactivityMs: 3000 } },
})

/** The side of a control plane that nodes see, over a real tRPC server, for tests. It can go away and come back at its address. */
export class ControlPlane {
  readonly token = 'swn_test'
  /** What nodes asked for, in order. */
  readonly subscriptions: SubscribeInput[] = []
  readonly reports: Report[] = []
  /** Takes no reports, as one whose disk is full. */
  refusesReports = false
  head: Snapshot | undefined
  port = 0
  #server: Server | undefined
  #wake = new Set<() => void>()

  static async start(): Promise<ControlPlane> {
    const control = new ControlPlane()
    await control.listen()
    return control
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`
  }

  /** Sends this to every node that listens, and to those that come. */
  publish(head: Snapshot): void {
    this.head = head
    for (const wake of this.#wake) wake()
  }

  async listen(): Promise<void> {
    const handle = createHTTPHandler({ router: this.#router(), basePath: '/api/node/' })
    const server = createServer((request, response) => {
      if (request.headers.authorization !== `Bearer ${this.token}`) {
        response.writeHead(401).end()
        return
      }
      handle(request, response)
    })
    server.listen(this.port, '127.0.0.1')
    await once(server, 'listening')
    this.port = (server.address() as AddressInfo).port
    this.#server = server
  }

  /** As if it were killed: connections break. */
  async stop(): Promise<void> {
    const server = this.#server
    if (!server) return
    this.#server = undefined
    server.close()
    server.closeAllConnections()
    for (const wake of this.#wake) wake()
    await once(server, 'close')
  }

  #router() {
    const { subscriptions, reports } = this
    const refuses = () => this.refusesReports
    const changed = (signal: AbortSignal | undefined) => this.#changed(signal)
    const head = () => this.head
    return t.router({
      subscribe: t.procedure.input(subscribeInput).subscription(async function* ({ input, signal }) {
        subscriptions.push(input)
        let sent = input.lastEventId ?? (input.serving ? revisionId(input.serving) : undefined)
        while (!signal?.aborted) {
          const now = head()
          if (now && revisionId(now) !== sent) {
            sent = revisionId(now)
            yield tracked(sent, now)
          }
          await changed(signal)
        }
      }),
      report: t.procedure.input(reportSchema).mutation(({ input }) => {
        if (refuses()) throw new TRPCError({ code: 'INTERNAL_SERVER_ERROR', message: 'no room' })
        reports.push(input)
        return {}
      }),
    })
  }

  #changed(signal: AbortSignal | undefined): Promise<void> {
    return new Promise((resolve) => {
      const wake = () => {
        this.#wake.delete(wake)
        signal?.removeEventListener('abort', wake)
        resolve()
      }
      this.#wake.add(wake)
      signal?.addEventListener('abort', wake)
    })
  }
}
