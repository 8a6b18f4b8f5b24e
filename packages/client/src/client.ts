import type { AppRouter } from '@switchyard/dashboard/api'
import { createTRPCClient, httpLink, httpSubscriptionLink, splitLink, type TRPCClient } from '@trpc/client'
import { EventSource } from 'eventsource'

/** The API of a control plane, typed: `client.upstreams.list.query()`, `client.revisions.watch.subscribe(…)`. */
export type Client = TRPCClient<AppRouter>

export interface ClientOptions {
  /** Of the control plane, such as `http://127.0.0.1:4000`. */
  url: string
  /** An API token. A function is asked for every request, so that a token may be renewed. */
  token?: string | (() => string | undefined) | undefined
  /** Makes the requests of calls; subscriptions have their own. */
  fetch?: typeof fetch
}

/**
 * A client for Node programs. Errors are `TRPCClientError`s, whose `data` has the stable `reason` and the `problems`.
 * Subscriptions come over server-sent events and reconnect by themselves; end one with its `unsubscribe()`.
 */
export function createClient({ url, token, fetch: call = fetch }: ClientOptions): Client {
  const endpoint = `${url.replace(/\/+$/, '')}/api/trpc`
  const headers = (): Record<string, string> => {
    const current = typeof token === 'function' ? token() : token
    return { 'x-switchyard': '1', ...(current !== undefined && { authorization: `Bearer ${current}` }) }
  }

  return createTRPCClient<AppRouter>({
    links: [
      splitLink({
        condition: (operation) => operation.type === 'subscription',
        true: httpSubscriptionLink({
          url: endpoint,
          EventSource,
          eventSourceOptions: () => ({
            fetch: (input, init) => fetch(input, { ...init, headers: { ...init.headers, ...headers() } }),
          }),
        }),
        // By POST, since a document or a large upstream is too long for a URL.
        false: httpLink({ url: endpoint, headers, methodOverride: 'POST', fetch: call }),
      }),
    ],
  })
}
