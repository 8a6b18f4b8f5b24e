import { createHash, type Hash } from 'node:crypto'
import http from 'node:http'
import { seededRandom } from '@switchyard/core/balancers/seeded-random'
import { expect, test } from 'vitest'
import { startBackend, startRawBackend } from './testing/backend.ts'
import { connectRaw, until } from './testing/client.ts'
import { forwardTo, startGateway } from './testing/gateway.ts'

const gigabyte = 1024 ** 3

test('clients that read very little of very much hold very little of ours', async () => {
  const chunk = Buffer.alloc(65_536, 'x')
  await using backend = await startRawBackend((socket) => {
    const more = (): void => {
      while (socket.write(chunk));
    }
    socket.on('drain', more)
    socket.once('data', () => {
      socket.write(`HTTP/1.1 200 OK\r\nContent-Length: ${gigabyte}\r\n\r\n`)
      more()
    })
  })
  await using gateway = await startGateway(forwardTo(backend.url))
  const before = process.memoryUsage()
  const clients = await Promise.all(Array.from({ length: 20 }, () => connectRaw(gateway.port)))
  let read = 0
  const timer = setInterval(() => {
    for (const client of clients) read += client.read(1024)?.length ?? 0
  }, 100)
  for (const client of clients) {
    client.on('error', () => {})
    client.write('GET / HTTP/1.1\r\nHost: a\r\n\r\n')
  }
  await new Promise((resolve) => setTimeout(resolve, 3000))
  clearInterval(timer)
  const { arrayBuffers } = process.memoryUsage()
  // What the clients themselves have read ahead is part of it, too.
  expect((arrayBuffers - before.arrayBuffers) / clients.length).toBeLessThan(1024 * 1024)
  expect(read).toBeGreaterThan(clients.length * 10_000)
  for (const client of clients) client.destroy()
  await until(() => backend.sockets.size === 0, 'no connection to the target')
})

/** Bytes that are the same for the same seed, piece by piece. */
function* pieces(seed: number): Generator<Buffer> {
  const random = seededRandom(seed)
  let left = Math.floor(random() * 3_000_000)
  for (let number = 0; left > 0; number++) {
    const piece = Buffer.alloc(Math.min(left, 1 + Math.floor(random() * 200_000)), `${seed}/${number} `)
    left -= piece.length
    yield piece
  }
}

function sumOf(seed: number): string {
  const hash = createHash('sha256')
  for (const piece of pieces(seed)) hash.update(piece)
  return hash.digest('hex')
}

test('bodies of many at once, for fast and slow clients, in chunks and with a length, are not mixed', async () => {
  await using backend = await startBackend((request, response) => {
    const seed = Number(request.url?.slice(1))
    const length = [...pieces(seed)].reduce((sum, piece) => sum + piece.length, 0)
    response.writeHead(200, seed % 2 ? { 'content-length': length } : {})
    const source = pieces(seed)
    const more = (): void => {
      for (;;) {
        const { done, value } = source.next()
        if (done) return void response.end()
        if (!response.write(value)) return void response.once('drain', more)
      }
    }
    more()
  })
  await using gateway = await startGateway(forwardTo(backend.url))
  const agent = new http.Agent({ keepAlive: true, maxSockets: 12 })
  const download = (seed: number): Promise<string> =>
    new Promise((resolve, reject) => {
      const request = http.get({ port: gateway.port, path: `/${seed}`, agent }, (response) => {
        const hash: Hash = createHash('sha256')
        response.on('data', (chunk: Buffer) => {
          hash.update(chunk)
          if (seed % 3 > 0) return
          response.pause()
          setTimeout(() => response.resume(), 2)
        })
        response.on('end', () => resolve(hash.digest('hex')))
        response.on('error', reject)
      })
      request.on('error', reject)
    })
  const seeds = Array.from({ length: 120 }, (_, index) => index + 1)
  const sums = await Promise.all(seeds.map(download))
  expect(sums.filter((sum, index) => sum !== sumOf(index + 1))).toEqual([])
  agent.destroy()
  expect(gateway.log.entries).toEqual([])
}, 60_000)
