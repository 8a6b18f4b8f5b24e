import https from 'node:https'
import type { AddressInfo } from 'node:net'
import { expect, test } from 'vitest'
import { certificate, certificateKey } from './testing/certificate.ts'
import { ask, exchangeRaw } from './testing/client.ts'
import { forwardTo, startGateway } from './testing/gateway.ts'

test('a target whose certificate nobody vouches for is not asked anything', async () => {
  let asked = 0
  const server = https.createServer({ cert: certificate, key: certificateKey }, (_request, response) => {
    asked++
    response.end('ok')
  })
  server.on('upgrade', () => asked++)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  // It listens on a port.
  const { port } = server.address() as AddressInfo
  await using gateway = await startGateway(forwardTo(`https://localhost:${port}`))
  const answer = await ask(gateway.port)
  expect(answer.status).toBe(502)
  expect(answer.text).toContain('connect_failed')
  const { text } = await exchangeRaw(
    gateway.port,
    'GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n',
  )
  expect(text).toMatch(/^HTTP\/1\.1 502/)
  expect(asked).toBe(0)
  server.closeAllConnections()
  await new Promise((resolve) => server.close(resolve))
})
