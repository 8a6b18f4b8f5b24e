import { expect, test } from 'vitest'
import { startBackend, startRawBackend } from '../../testing/backend.ts'
import { connectRaw, exchangeRaw, until } from '../../testing/client.ts'
import { forwardTo, startGateway } from '../../testing/gateway.ts'

const quick = [{ id: 'web', address: '127.0.0.1', port: 0, timeouts: { bodyIdleMs: 500 } }]

function countingBackend() {
  return startBackend((request, response) => {
    let bytes = 0
    request.on('data', (chunk: Buffer) => {
      bytes += chunk.length
    })
    request.on('end', () => response.end(`bytes ${bytes}`))
  })
}

const framings = {
  'with a length': { field: 'Content-Length: 20', piece: 'x', end: '' },
  'in chunks': { field: 'Transfer-Encoding: chunked', piece: '1\r\nx\r\n', end: '0\r\n\r\n' },
}

test.each(Object.entries(framings))(
  'an upload may take as long as it goes on, %s',
  async (_name, { field, piece, end }) => {
    await using backend = await countingBackend()
    await using gateway = await startGateway({ listeners: quick, ...forwardTo(backend.url) })
    const client = await connectRaw(gateway.port)
    let text = ''
    client.on('data', (chunk) => {
      text += chunk.toString('latin1')
    })
    client.write(`POST / HTTP/1.1\r\nHost: a\r\n${field}\r\n\r\n`)
    for (let i = 0; i < 20; i++) {
      client.write(piece)
      await new Promise((resolve) => setTimeout(resolve, 100))
    }
    client.write(end)
    await until(() => text.endsWith('bytes 20'), 'the answer')
    client.destroy()
  },
)

const stalls = {
  'before its first byte': '',
  'behind a first byte that came with the head': 'a',
}

test.each(Object.entries(stalls))(
  'a client that was told to continue and stalls %s gets 408',
  async (_name, beginning) => {
    await using backend = await countingBackend()
    await using gateway = await startGateway({ listeners: quick, ...forwardTo(backend.url) })
    const head = 'POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 10\r\n\r\n'
    const { text, closed } = await exchangeRaw(gateway.port, head + beginning, 8000)
    expect(text).toContain('HTTP/1.1 408')
    expect(text.includes('100 Continue')).toBe(beginning === '')
    expect(closed).toBe(true)
    await until(() => backend.sockets.size === 0, 'no connection to the target')
  },
)

test('a client is not blamed for a target that takes nothing of its body for long', async () => {
  await using backend = await startRawBackend((socket) => socket.pause())
  await using gateway = await startGateway({
    listeners: quick,
    ...forwardTo(backend.url, { timeouts: { idleMs: 2500, responseMs: 2500 } }),
  })
  const client = await connectRaw(gateway.port)
  let text = ''
  client.on('data', (chunk) => {
    text += chunk.toString('latin1')
  })
  client.write(`POST / HTTP/1.1\r\nHost: a\r\nContent-Length: ${2 ** 28}\r\n\r\n`)
  client.write(Buffer.alloc(2 ** 25))
  await until(() => text.includes('\r\n\r\n'), 'an answer')
  expect(text).toMatch(/^HTTP\/1\.1 504/)
  client.destroy()
})
