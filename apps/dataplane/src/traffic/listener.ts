import type { AddressInfo } from 'node:net'
import type { Config } from '@switchyard/core/config/model'
import { SwitchyardError } from '@switchyard/core/errors'
import { compileRanges } from '@switchyard/core/http/address-range'
import { unavailable } from '../unavailable.ts'
import { type FrontListener, Http1Front } from './http1/front.ts'
import type { Serving } from './serve.ts'
import type { ListenerState } from './traffic.ts'

export type ListenerConfig = Config['listeners'][number]

/**
 * What makes two listeners the same socket: address and port, whatever their ids. One on port 0 is found by its id, since
 * its port is not known before.
 */
export function listenerKey({ id, address, port }: ListenerConfig): string {
  return port === 0 ? `${address} of ${id}` : `${address} ${port}`
}

/** An open address and port, and the connections that came in by it. Its options may change while it is open. */
export class Listener implements FrontListener {
  #config: ListenerConfig
  #trusted: (address: string) => boolean
  #waiting: (() => void)[] | undefined = []
  #closing = false
  #closed: Promise<void> | undefined
  readonly #front: Http1Front

  private constructor(config: ListenerConfig, serving: Serving) {
    this.#config = config
    this.#trusted = compileRanges(config.trustedProxies)
    this.#front = new Http1Front(this, serving)
  }

  /**
   * Opens it. Who connects waits until `serve`.
   *
   * @param path of the listener in the document, for the problem
   * @throws SwitchyardError `port_in_use`
   */
  static async open(config: ListenerConfig, path: string, serving: Serving): Promise<Listener> {
    const listener = new Listener(config, serving)
    const { server } = listener.#front
    try {
      await new Promise<void>((resolve, reject) => {
        server.once('error', reject)
        server.listen({ host: config.address, port: config.port, backlog: 1024 }, () => {
          server.off('error', reject)
          resolve()
        })
      })
    } catch (error) {
      const { code = '' } = error as NodeJS.ErrnoException
      const problem = unavailable(path, config.address, config.port, code)
      throw new SwitchyardError('port_in_use', { problems: [problem], cause: error })
    }
    server.on('error', (error) => serving.log.error({ err: error, listener: config.id }, 'listener failed'))
    return listener
  }

  get config(): ListenerConfig {
    return this.#config
  }

  get trusted(): (address: string) => boolean {
    return this.#trusted
  }

  get closing(): boolean {
    return this.#closing
  }

  get connections(): number {
    return this.#front.connections
  }

  whenServing(serve: () => void): void {
    if (this.#waiting) this.#waiting.push(serve)
    else serve()
  }

  /** A revision that has it serves now: these are its options. Open connections stay. */
  serve(config: ListenerConfig): void {
    this.#config = config
    this.#trusted = compileRanges(config.trustedProxies)
    this.#front.configure()
    const waiting = this.#waiting ?? []
    this.#waiting = undefined
    for (const serve of waiting) serve()
  }

  /** Accepts no more. Idle connections end now, the others with the answer that is under way. Resolves when all are gone. */
  close(): Promise<void> {
    this.#closing = true
    this.#closed ??= new Promise((resolve) => {
      this.#front.server.close(() => resolve())
      this.#front.closeIdle()
    })
    return this.#closed
  }

  /** Ends every connection too. */
  destroy(): Promise<void> {
    const closed = this.close()
    this.#front.destroy()
    return closed
  }

  state(): ListenerState {
    const { id, address } = this.#config
    // A server on a port has an address for as long as it listens.
    const bound = this.#front.server.address() as AddressInfo | null
    return { id, address, port: bound?.port ?? this.#config.port, connections: this.#front.connections }
  }
}
