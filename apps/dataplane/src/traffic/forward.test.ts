import { expect, test } from 'vitest'
import { startBackend } from './testing/backend.ts'
import { ask, exchangeRaw } from './testing/client.ts'
import { forwardTo, startGateway } from './testing/gateway.ts'

test('a request goes to the target and its answer comes back', async () => {
  await using backend = await startBackend((request, response) => {
    response.setHeader('x-from', 'backend')
    response.end(`${request.method} ${request.url} ${request.headers.host}`)
  })
  await using gateway = await startGateway(forwardTo(backend.url))
  const answer = await ask(gateway.port, { path: '/a/b?c=%20d', headers: { host: 'shop.example.com' } })
  expect(answer).toMatchObject({ status: 200, text: 'GET /a/b?c=%20d shop.example.com', complete: true })
  expect(answer.headers['x-from']).toBe('backend')
})

test('a body goes to the target with its length, or chunked when it has none', async () => {
  await using backend = await startBackend((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const { 'content-length': length, 'transfer-encoding': encoding } = request.headers
      response.end(JSON.stringify({ length, encoding, body: Buffer.concat(chunks).toString() }))
    })
  })
  await using gateway = await startGateway(forwardTo(backend.url))
  const sized = await ask(gateway.port, { method: 'POST', body: 'hello' })
  expect(JSON.parse(sized.text)).toEqual({ length: '5', body: 'hello' })
  const chunked = await exchangeRaw(
    gateway.port,
    'DELETE / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n2\r\nhe\r\n3\r\nllo\r\n0\r\n\r\n',
  )
  expect(chunked.text).toContain('{"encoding":"chunked","body":"hello"}')
})
