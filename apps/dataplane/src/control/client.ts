import { type Report, type Snapshot, type SubscribeInput, snapshotSchema } from '@switchyard/core/node-protocol'
import { createTRPCUntypedClient, httpLink, httpSubscriptionLink } from '@trpc/client'
import { EventSource } from 'eventsource'
import { z } from 'zod'

export interface ControlAddress {
  /** Without a slash at the end. */
  readonly url: string
  readonly token: string
  /** The head of an answer must come within this. @default 10_000 */
  readonly answerWithinMs?: number
}

/** Why the connection to the control plane is not there. */
export interface Loss {
  /** The token is not accepted: trying again soon is of no use. */
  readonly unauthorized: boolean
  /** For the log. */
  readonly reason: string
}

export interface SubscriptionEvents {
  readonly onOpen: () => void
  readonly onSnapshot: (snapshot: Snapshot) => void
  /** Called once; nothing follows it. */
  readonly onLoss: (loss: Loss) => void
}

export interface ControlClient {
  subscribe(input: SubscribeInput, events: SubscriptionEvents): { close(): void }
  /** @throws when the control plane does not take it within 5 s */
  report(report: Report): Promise<void>
}

/** The control plane sends a sign of life every few seconds; without any for this long the connection is taken for dead. */
const silentMs = 20_000
const reportWithinMs = 5000

const received = z.object({ id: z.string(), data: snapshotSchema })

/**
 * Speaks to `/api/node` over tRPC: the subscription as server-sent events, reports as mutations. What comes in is parsed with the
 * schemas of the protocol, since the other side may be of another version.
 */
export function createControlClient({ url, token, answerWithinMs = 10_000 }: ControlAddress): ControlClient {
  const address = `${url}/api/node`
  const authorization = `Bearer ${token}`

  return {
    subscribe(input, events) {
      let status: number | undefined
      let over = false
      const ending = new AbortController()
      const lose = (reason: string) => {
        if (over) return
        over = true
        ending.abort()
        events.onLoss({ unauthorized: status === 401 || reason === 'UNAUTHORIZED', reason })
      }
      const client = createTRPCUntypedClient({
        links: [
          httpSubscriptionLink({
            url: address,
            EventSource: guarded((error) => lose(`A message is not as agreed: ${reasonOf(error)}`)),
            eventSourceOptions: () => ({
              fetch: async (to: string | URL, init: RequestInit) => {
                const response = await fetchStream(to, init, { authorization, answerWithinMs })
                status = response.status
                return response
              },
            }),
          }),
        ],
      })
      client.subscription('subscribe', input, {
        signal: ending.signal,
        onStarted: () => {
          if (!over) events.onOpen()
        },
        onData: (data) => {
          if (over) return
          const parsed = received.safeParse(data)
          if (parsed.success) events.onSnapshot(parsed.data.data)
          else lose(`A message is not as agreed: ${z.prettifyError(parsed.error)}`)
        },
        // The link would reconnect by itself, at a fixed pace; ours is with back-off, and asks for what is missing by then.
        onConnectionStateChange: (change) => {
          if (change.state === 'connecting' && change.error) lose(reasonOf(change.error))
        },
        onError: (error) => lose(status === undefined || status === 200 ? reasonOf(error) : `HTTP status ${status}`),
        onComplete: () => lose('The control plane ended the subscription.'),
      })
      return {
        close() {
          over = true
          ending.abort()
        },
      }
    },

    async report(report) {
      const client = createTRPCUntypedClient({
        links: [httpLink({ url: address, headers: { authorization } })],
      })
      await client.mutation('report', report, { signal: AbortSignal.timeout(reportWithinMs) })
    },
  }
}

/**
 * An EventSource whose listeners may throw, as that of the link does when the data of an event is no JSON. Otherwise it
 * would be an exception that nobody catches, which ends the node.
 */
function guarded(onError: (error: unknown) => void): typeof EventSource {
  return class extends EventSource {
    override addEventListener(
      type: string,
      listener: unknown,
      options?: Parameters<EventTarget['addEventListener']>[2],
    ): void {
      const guard = (event: Event) => {
        try {
          // The guarantee: the link adds functions only.
          ;(listener as (event: Event) => void).call(this, event)
        } catch (error) {
          onError(error)
        }
      }
      super.addEventListener(type, guard, options)
    }
  }
}

/** The tRPC code if the control plane said one, else the innermost cause: `connect ECONNREFUSED …`. */
function reasonOf(error: unknown): string {
  const code = (error as { data?: { code?: unknown } }).data?.code
  if (typeof code === 'string') return code
  const cause = error instanceof Error ? error.cause : undefined
  if (cause instanceof Error && cause.message !== '') return cause.message
  const message = (error as { message?: unknown }).message
  return typeof message === 'string' && message !== '' ? message : 'The connection was lost.'
}

/** `fetch` for a stream: with the token, and given up when the head, or then the next bytes, stay away too long. */
async function fetchStream(
  to: string | URL,
  init: RequestInit,
  { authorization, answerWithinMs }: { authorization: string; answerWithinMs: number },
): Promise<Response> {
  const silence = new AbortController()
  const giveUp = () => silence.abort(new Error('The control plane is silent.'))
  let timer = setTimeout(giveUp, answerWithinMs)
  const signal = init.signal ? AbortSignal.any([init.signal, silence.signal]) : silence.signal
  signal.addEventListener('abort', () => clearTimeout(timer))
  try {
    const headers = { ...(init.headers as Record<string, string>), authorization }
    const response = await fetch(to, { ...init, headers, signal })
    if (response.status !== 200) {
      clearTimeout(timer)
      await response.body?.cancel()
      return new Response(null, { status: response.status })
    }
    const body = response.body?.pipeThrough(
      new TransformStream<Uint8Array, Uint8Array>({
        transform(chunk, controller) {
          clearTimeout(timer)
          timer = setTimeout(giveUp, silentMs)
          controller.enqueue(chunk)
        },
        flush: () => clearTimeout(timer),
      }),
    )
    clearTimeout(timer)
    timer = setTimeout(giveUp, silentMs)
    return new Response(body ?? null, { headers: response.headers })
  } catch (error) {
    clearTimeout(timer)
    throw error
  }
}
