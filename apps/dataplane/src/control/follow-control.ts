import type { Log } from '@switchyard/core/middleware/contract'
import { revisionId, type Snapshot, type SubscribeInput } from '@switchyard/core/node-protocol'
import { backoff } from '../backoff.ts'
import type { ControlClient, Loss } from './client.ts'

export interface FollowOptions {
  readonly client: ControlClient
  readonly node: string
  /** What serves at the moment. */
  readonly serving: () => NonNullable<SubscribeInput['serving']> | undefined
  readonly onSnapshot: (snapshot: Snapshot) => void
  readonly log: Log
  /** Uniform in [0, 1). */
  readonly random: () => number
}

export interface Follower {
  readonly connected: boolean
  /** Since when it is connected, or is not; ISO 8601. */
  readonly since: string
  close(): void
}

/** A connection that held for this long counts as a good one: the next loss begins anew with short waits. */
const goodAfterMs = 5000
const soon = { firstMs: 200, mostMs: 5000 }
/** With a token that is not accepted. */
const later = { firstMs: 10_000, mostMs: 30_000 }

/** Follows the control plane for as long as the node lives: connects, and connects again whenever the connection is lost. */
export function followControl(options: FollowOptions): Follower {
  const { client, node, log } = options
  let closed = false
  let tries = 0
  let timer: NodeJS.Timeout | undefined
  let subscription: { close(): void } | undefined
  let openedAt: number | undefined
  let received: string | undefined
  let said: 'connected' | 'lost' | 'unauthorized' | undefined
  const state = { connected: false, since: new Date().toISOString() }

  function connect(): void {
    /** Of this subscription. A control plane whose database was put back begins with an older one, in a new subscription. */
    let newest = 0
    const serving = options.serving() ?? null
    // One that came and was rejected need not come again.
    const lastEventId = received === undefined || (serving && received === revisionId(serving)) ? null : received
    subscription = client.subscribe(
      { node, lastEventId, serving },
      {
        onOpen: () => {
          openedAt = performance.now()
          change('connected', { node })
        },
        onSnapshot: (snapshot) => {
          const { number, hash } = snapshot
          if (number < newest) {
            log.error({ number, hash, newest }, 'an older revision came after a newer one; it is not taken')
            return
          }
          newest = number
          received = revisionId(snapshot)
          options.onSnapshot(snapshot)
        },
        onLoss: retry,
      },
    )
  }

  function retry({ unauthorized, reason }: Loss): void {
    if (closed) return
    if (openedAt !== undefined && performance.now() - openedAt > goodAfterMs) tries = 0
    openedAt = undefined
    change(unauthorized ? 'unauthorized' : 'lost', { reason })
    timer = setTimeout(connect, backoff(tries++, unauthorized ? later : soon, options.random))
  }

  /** Logs changes, not every try. */
  function change(to: NonNullable<typeof said>, about: object): void {
    const connected = to === 'connected'
    if (connected !== state.connected) {
      state.connected = connected
      state.since = new Date().toISOString()
    }
    if (said === to) return
    said = to
    if (connected) log.info(about, 'control plane connected')
    else if (to === 'lost') log.warn(about, 'control plane not reachable')
    else log.error(about, 'control plane does not accept the token')
  }

  connect()
  return {
    get connected() {
      return state.connected
    },
    get since() {
      return state.since
    },
    close() {
      closed = true
      clearTimeout(timer)
      subscription?.close()
    },
  }
}
