import { once } from 'node:events'
import { createConnection } from 'node:net'
import { afterEach, expect, test } from 'vitest'
import { type AdminServer, startAdminServer } from './admin-server.ts'

let server: AdminServer | undefined
let ready = true
afterEach(() => server?.close())

async function start(host = '127.0.0.1') {
  server = await startAdminServer(
    { host, port: 0 },
    {
      ready: () => ready,
      state: async () => ({ revision: null }),
      metrics: async () => {
        throw new Error('no worker answers at 10.0.0.7')
      },
    },
  )
  return `http://${server.address}`
}

test('health, readiness and state are answered, and nothing is cached', async () => {
  const url = await start()
  expect((await fetch(`${url}/healthz`)).status).toBe(200)
  ready = true
  expect((await fetch(`${url}/readyz`)).status).toBe(200)
  ready = false
  expect((await fetch(`${url}/readyz?verbose`)).status).toBe(503)
  const state = await fetch(`${url}/state`)
  expect(state.headers.get('content-type')).toContain('application/json')
  expect(state.headers.get('cache-control')).toBe('no-store')
  expect(await state.json()).toEqual({ revision: null })
  expect((await fetch(`${url}/state`, { method: 'HEAD' })).status).toBe(200)
})

test.each(['POST', 'PUT', 'DELETE', 'OPTIONS'])('%s is refused: there is nothing to change', async (method) => {
  const response = await fetch(`${await start()}/state`, { method })
  expect(response.status).toBe(405)
  expect(response.headers.get('allow')).toBe('GET, HEAD')
})

test('what goes wrong inside is not told', async () => {
  const response = await fetch(`${await start()}/metrics`)
  expect(response.status).toBe(500)
  expect(await response.text()).not.toContain('10.0.0.7')
})

test('paths that are none are not found', async () => {
  const url = await start()
  for (const path of ['/', '/state/', '/../state', '//', '/metrics%00']) {
    expect((await fetch(url + path)).status).toBe(path === '/../state' ? 200 : 404)
  }
})

test('an IPv6 address is written in brackets', async () => {
  expect(await start('::1')).toMatch(/^http:\/\/\[::1\]:\d+$/)
})

test('a port in use is an error of the start', async () => {
  const { port } = new URL(await start())
  const sources = { ready: () => true, state: async () => ({}), metrics: async () => '' }
  await expect(startAdminServer({ host: '127.0.0.1', port: Number(port) }, sources)).rejects.toMatchObject({
    code: 'EADDRINUSE',
  })
})

test('closing ends connections that are still open', async () => {
  const { port } = new URL(await start())
  const socket = createConnection(Number(port), '127.0.0.1')
  socket.on('error', () => {})
  await once(socket, 'connect')
  server?.close()
  await once(socket, 'close')
})
