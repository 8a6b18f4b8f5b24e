import type { Config } from '@switchyard/core/config/model'
import type { AccessEntry } from '../../traffic/observe/access-entry.ts'
import { createObserver } from '../../traffic/observe/observer.ts'
import type { WholeAnswer } from '../../traffic/testing/answer-reader.ts'
import { createTraffic } from '../../traffic/traffic.ts'
import { Client } from './client.ts'
import type { RecordingBackend } from './recording-backend.ts'

/** What the client, the target and the node's own log know of a request. */
export interface Seen {
  readonly answer: WholeAnswer
  /** The head that a target was sent; undefined when none was. */
  readonly sent: string | undefined
  readonly entry: AccessEntry
}

/** An engine as a single worker runs it, that has begun just now. */
export interface WatchedNode {
  /** @param requestId what the node calls the request where nobody else has */
  ask(listener: string, peer: string, bytes: string, requestId: string): Promise<Seen>
  destroy(): void
}

const log = { debug() {}, info() {}, warn() {}, error() {} }

/** @param span that targets are told in place of a new one each time */
export async function startWatchedNode(
  config: Config,
  backends: readonly RecordingBackend[],
  span: string,
): Promise<WatchedNode> {
  let id = ''
  const entries: AccessEntry[] = []
  const write = (entry: AccessEntry): void => void entries.push(entry)
  const observer = { ...createObserver({ accessLog: { write } }), ids: { next: () => id, span: () => span } }
  const traffic = createTraffic({ log, observer })
  const prepared = await traffic.prepare({ number: 1, hash: '1', config })
  prepared.commit()
  const ports = new Map(traffic.state().listeners.map(({ id, port }) => [id, port]))
  const client = new Client()

  /** The node logs a request once all of the answer is written, which the client may have read by then. */
  async function logged(): Promise<AccessEntry> {
    for (let turn = 0; turn < 100_000; turn++) {
      const entry = entries.shift()
      if (entry) return entry
      await new Promise((resolve) => setImmediate(resolve))
    }
    throw new Error('the access log was told nothing')
  }

  return {
    async ask(listener, peer, bytes, requestId) {
      id = requestId
      for (const { heads } of backends) heads.length = 0
      const answer = await client.ask(ports.get(listener) ?? 0, peer, bytes)
      const entry = await logged()
      return { answer, entry, sent: backends.flatMap(({ heads }) => heads)[0] }
    },
    destroy() {
      client.close()
      traffic.destroy()
    },
  }
}
