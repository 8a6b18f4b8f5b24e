import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { initTRPC, TRPCError, tracked } from '@trpc/server'
import { nodeHTTPRequestHandler } from '@trpc/server/adapters/node-http'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { createClient } from './client.ts'

let server: Server
let url: string
let requests: Pick<IncomingMessage, 'method' | 'url' | 'headers'>[]

const t = initTRPC.context<{ token: string | undefined }>().create()
const procedure = t.procedure.use(({ ctx, next }) => {
  if (ctx.token !== 'Bearer swy_good') throw new TRPCError({ code: 'UNAUTHORIZED' })
  return next()
})
/** As much of the API as shows how it is called. The client takes its types from the real one. */
const router = t.router({
  config: { validate: procedure.query(() => ({ problems: [] })) },
  nodes: {
    list: procedure.query(() => []),
    watch: procedure.subscription(async function* () {
      yield tracked('1', [{ name: 'one' }])
      yield tracked('2', [{ name: 'one' }, { name: 'two' }])
    }),
  },
})

beforeEach(async () => {
  requests = []
  server = createServer((req, res) => {
    requests.push({ method: req.method, url: req.url, headers: req.headers })
    const path = (req.url ?? '').split('?')[0]?.slice('/api/trpc/'.length) ?? ''
    const createContext = async () => ({ token: req.headers.authorization })
    void nodeHTTPRequestHandler({ router, req, res, path, createContext, allowMethodOverride: true })
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})

afterEach(async () => {
  server.closeAllConnections()
  server.close()
  await once(server, 'close')
})

test('calls carry the token and our header, and long inputs travel in the body', async () => {
  const client = createClient({ url: `${url}/`, token: 'swy_good' })
  const text = '#'.repeat(200_000)
  expect(await client.config.validate.query({ text, format: 'yaml' })).toEqual({ problems: [] })
  expect(requests[0]).toMatchObject({
    method: 'POST',
    url: '/api/trpc/config.validate',
    headers: { authorization: 'Bearer swy_good', 'x-switchyard': '1', 'content-type': 'application/json' },
  })
})

test('a token that is renewed is used from the next call on', async () => {
  let token = 'swy_old'
  const client = createClient({ url, token: () => token })
  await expect(client.nodes.list.query()).rejects.toMatchObject({ data: { code: 'UNAUTHORIZED' } })
  token = 'swy_good'
  expect(await client.nodes.list.query()).toEqual([])
})

test('a subscription carries the token too and yields what comes', async () => {
  const client = createClient({ url, token: 'swy_good' })
  const lengths: number[] = []
  await new Promise<void>((resolve, reject) => {
    const subscription = client.nodes.watch.subscribe(undefined, {
      onData(event: unknown) {
        lengths.push((event as { data: unknown[] }).data.length)
        if (lengths.length < 2) return
        subscription.unsubscribe()
        resolve()
      },
      onError: reject,
    })
  })
  expect(lengths).toEqual([1, 2])
})
