import { once } from 'node:events'
import { createServer, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, expect, test } from 'vitest'
import { createFetch } from './fetch.ts'

const servers: Server[] = []

afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections()
    server.close()
  }
})

async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener).listen(0, '127.0.0.1')
  servers.push(server)
  await once(server, 'listening')
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

const idle = new AbortController().signal

test('JSON is answered with its status', async () => {
  const url = await serve((_, res) => res.writeHead(409, { 'content-type': 'application/json' }).end('{"a":1}'))
  const response = await createFetch(url, idle)(url)
  expect([response.status, await response.json()]).toEqual([409, { a: 1 }])
})

test('a token does not follow a redirect', async () => {
  const seen: (string | undefined)[] = []
  const elsewhere = await serve((req, res) => {
    seen.push(req.headers.authorization)
    res.end()
  })
  const url = await serve((_, res) => res.writeHead(302, { location: elsewhere }).end())
  const call = createFetch(url, idle)(url, { headers: { authorization: 'Bearer swy_a' } })
  await expect(call).rejects.toThrow('does not answer as a control plane does (HTTP status 302)')
  expect(seen).toEqual([])
})

test('an answer without end is given up, and so is one that does not come', async () => {
  const endless = await serve((_, res) => {
    res.writeHead(200, { 'content-type': 'application/json' })
    const more = setInterval(() => res.write('x'.repeat(1000)), 1)
    res.on('close', () => clearInterval(more))
  })
  await expect(createFetch(endless, idle, 60_000, 10_000)(endless)).rejects.toThrow('longer than 10000 bytes')
  const silent = await serve(() => {})
  await expect(createFetch(silent, idle, 100)(silent)).rejects.toMatchObject({
    message: `${silent} cannot be reached: it did not answer in time.`,
    exitCode: 5,
  })
})

test('why nobody answers is said in words', async () => {
  const url = await serve((req) => req.socket.destroy())
  await expect(createFetch(url, idle)(url)).rejects.toThrow('it closed the connection')
  servers.at(-1)?.close()
  await expect(createFetch(url, idle)(url)).rejects.toThrow(/nothing listens there|it closed the connection/)
})
