/**
 * `draft`: the draft was edited. `head`: a revision was published. `secrets`: a secret got a value, or lost it. `nodes`: a
 * node's state changed. `health`: a node says something new of a target or an upstream. `access`: a session, token or user lost its right.
 */
export type Topic = 'draft' | 'head' | 'secrets' | 'nodes' | 'health' | 'access'

/** Hears topics from the moment it is made, so nothing between reading and waiting is lost. */
export interface Follower {
  /** Resolves when a topic was signalled since the last call (`true`), the time is over (`false`), or it ended (`false`). */
  next(timeoutMs?: number): Promise<boolean>
  readonly ended: boolean
  close(): void
}

/**
 * Says that something changed, not what: a follower reads the newest state itself. So a slow one skips to the newest
 * and nothing queues up.
 */
export interface Signals {
  emit(topic: Topic): void
  /** Ends when one of the abort signals does. */
  follow(topics: readonly Topic[], ...until: (AbortSignal | undefined)[]): Follower
}

export function createSignals(): Signals {
  const listeners = new Set<{ topics: readonly Topic[]; wake: () => void }>()

  return {
    emit(topic) {
      for (const listener of listeners) if (listener.topics.includes(topic)) listener.wake()
    },

    follow(topics, ...until) {
      let signalled = false
      let ended = until.some((signal) => signal?.aborted)
      let settle: (() => void) | undefined

      const wake = () => {
        signalled = true
        settle?.()
      }
      const close = () => {
        ended = true
        listeners.delete(listener)
        for (const signal of until) signal?.removeEventListener('abort', close)
        settle?.()
      }
      const listener = { topics, wake }
      if (!ended) {
        listeners.add(listener)
        for (const signal of until) signal?.addEventListener('abort', close)
      }

      return {
        get ended() {
          return ended
        },
        async next(timeoutMs) {
          if (!signalled && !ended) {
            await new Promise<void>((resolve) => {
              const timer = timeoutMs === undefined ? undefined : setTimeout(resolve, timeoutMs)
              settle = () => {
                clearTimeout(timer)
                resolve()
              }
            })
            settle = undefined
          }
          const woken = signalled && !ended
          signalled = false
          return woken
        },
        close,
      }
    },
  }
}
