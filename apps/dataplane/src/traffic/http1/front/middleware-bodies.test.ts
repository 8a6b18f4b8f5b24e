import { Readable } from 'node:stream'
import { HeaderList } from '@switchyard/core/http/header-list'
import type { Body, Context, Middleware } from '@switchyard/core/middleware/contract'
import { describe, expect, test } from 'vitest'
import { startBackend } from '../../testing/backend.ts'
import { ask, connectRaw, exchangeRaw, until } from '../../testing/client.ts'
import { forwardTo, type Gateway, startGateway } from '../../testing/gateway.ts'
import { through } from '../../testing/through.ts'

const quick = [{ id: 'web', address: '127.0.0.1', port: 0, timeouts: { bodyIdleMs: 500 } }]

function echoBackend() {
  return startBackend((request, response) => void request.pipe(response))
}

async function startThrough(url: string, ...middleware: Middleware[]): Promise<Gateway> {
  const gateway = await startGateway({ listeners: quick, ...forwardTo(url, {}, { limits: { bodyBytes: 1000 } }) })
  through(gateway, ...middleware)
  return gateway
}

/** Nothing is left of any exchange. */
async function atRest({ traffic, metrics }: Gateway): Promise<void> {
  await until(() => traffic.state().sockets.clients === 0, 'no client')
  expect(traffic.state()).toMatchObject({ runtimes: 1, upstreams: [{ targets: [{ inFlight: 0, tunnels: 0 }] }] })
  for (const [key, , gauges] of metrics.snapshot(0).series) {
    if (key.startsWith('requests ')) expect(gauges).toEqual([0])
  }
}

function respond(ctx: Context, body: Body | Uint8Array | string | undefined, status = 200): void {
  ctx.response = { status, headers: new HeaderList(), body }
}

async function textOf(body: Body | undefined): Promise<string> {
  let text = ''
  for await (const chunk of body ?? []) text += Buffer.from(chunk).toString('latin1')
  return text
}

describe('a middleware that reads the body of a request', () => {
  const reading: Middleware = async (ctx) => respond(ctx, `[${await textOf(ctx.received.body)}]`)

  test.each([
    ['with a length', 'Content-Length: 5\r\n\r\nhello'],
    ['in chunks', 'Transfer-Encoding: chunked\r\n\r\n2\r\nhe\r\n3\r\nllo\r\n0\r\n\r\n'],
    ['that waits to be asked for', 'Expect: 100-continue\r\nContent-Length: 5\r\n\r\nhello'],
  ])('gets all of it, %s', async (_name, rest) => {
    await using backend = await echoBackend()
    await using gateway = await startThrough(backend.url, reading)
    const { text } = await exchangeRaw(gateway.port, `POST / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n${rest}`)
    expect(text).toMatch(/\[hello\]$/)
    await atRest(gateway)
  })

  test.each([
    ['400 when it is malformed', 'bad_request', 400, 'Transfer-Encoding: chunked\r\n\r\n2\r\nhe\r\nzz'],
    ['408 when it does not go on', 'request_timeout', 408, 'Content-Length: 5\r\n\r\nhe'],
    [
      '413 when it is too long',
      'body_too_large',
      413,
      `Transfer-Encoding: chunked\r\n\r\n400\r\n${'x'.repeat(1024)}\r\n`,
    ],
  ])('need not care why it breaks off: %s', async (_name, code, status, rest) => {
    await using backend = await echoBackend()
    await using gateway = await startThrough(backend.url, reading)
    const client = await connectRaw(gateway.port)
    let text = ''
    client.on('data', (chunk) => {
      text += chunk.toString('latin1')
    })
    const bodyAt = rest.indexOf('\r\n\r\n') + 4
    client.write(`POST / HTTP/1.1\r\nHost: a\r\n${rest.slice(0, bodyAt)}`)
    await until(() => gateway.traffic.state().sockets.clients === 1)
    // The middleware reads already.
    await new Promise((resolve) => setTimeout(resolve, 50))
    client.write(rest.slice(bodyAt))
    await new Promise((resolve) => client.once('close', resolve))
    expect(text).toMatch(new RegExp(`^HTTP/1.1 ${status} [\\s\\S]*"code":"${code}"`))
    await atRest(gateway)
    expect(gateway.access).toMatchObject([{ status, termination: code }])
    expect(gateway.log.entries).toEqual([])
  })

  test('is told when its client goes', async () => {
    const seen: string[] = []
    await using backend = await echoBackend()
    await using gateway = await startThrough(backend.url, async (ctx) => {
      await textOf(ctx.received.body).catch((error: Error) => seen.push(error.message))
      seen.push(String(ctx.signal.aborted))
      respond(ctx, 'nobody reads it')
    })
    const client = await connectRaw(gateway.port)
    client.write('POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nhe')
    await until(() => gateway.traffic.state().sockets.clients === 1)
    client.resetAndDestroy()
    await until(() => seen.length === 2, 'the end of the body')
    expect(seen).toEqual(['the body broke off', 'true'])
    await atRest(gateway)
    expect(gateway.access).toMatchObject([{ status: 0, termination: 'client_gone', bytesIn: 2 }])
  })

  test('and has answered already is told that there is no more', async () => {
    let over = ''
    await using backend = await echoBackend()
    await using gateway = await startThrough(backend.url, (ctx) => {
      textOf(ctx.received.body).then(
        () => {
          over = 'ended'
        },
        () => {
          over = 'failed'
        },
      )
      respond(ctx, 'early')
    })
    const { text } = await exchangeRaw(gateway.port, 'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nhe', 100)
    expect(text).toMatch(/early$/)
    await until(() => over !== '', 'the end of the body')
    expect(over).toBe('failed')
    await atRest(gateway)
  })

  test('of which it takes a part only leaves the rest to nobody', async () => {
    await using backend = await echoBackend()
    await using gateway = await startThrough(backend.url, async (ctx) => {
      for await (const chunk of ctx.received.body ?? []) {
        respond(ctx, chunk)
        break
      }
    })
    const post = (sent: string) => `POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 6\r\n\r\n${sent}`
    const { text, closed } = await exchangeRaw(gateway.port, [post('one'), 'two', post('second')], 300)
    expect(text.match(/HTTP\/1\.1 200/g)).toHaveLength(2)
    expect(text).toMatch(/second$/)
    expect(closed).toBe(false)
    await atRest(gateway)
  })
})

describe('a middleware that answers with an iterable', () => {
  test.each([
    ['HTTP/1.1', /Transfer-Encoding: chunked\r\n[\s\S]*\r\n\r\n3\r\none\r\n3\r\ntwo\r\n0\r\n\r\n$/],
    ['HTTP/1.0', /Connection: close\r\n\r\nonetwo$/],
  ])('has it written as it comes (%s)', async (version, expected) => {
    async function* parts(): AsyncGenerator<Uint8Array> {
      yield Buffer.from('one')
      yield Buffer.alloc(0)
      yield Buffer.from('two')
    }
    await using backend = await echoBackend()
    await using gateway = await startThrough(backend.url, (ctx) => respond(ctx, parts()))
    const { text } = await exchangeRaw(gateway.port, `GET / ${version}\r\nHost: a\r\n\r\n`, 200)
    expect(text).toMatch(expected)
    await atRest(gateway)
    expect(gateway.access).toMatchObject([{ status: 200, bytesOut: 6, termination: 'completed' }])
  })

  test('is asked for no more than its client takes', async () => {
    let asked = 0
    let over = false
    async function* endless(): AsyncGenerator<Uint8Array> {
      try {
        for (;;) {
          asked++
          yield Buffer.alloc(65_536)
        }
      } finally {
        over = true
      }
    }
    await using backend = await echoBackend()
    await using gateway = await startThrough(backend.url, (ctx) => respond(ctx, endless()))
    const client = await connectRaw(gateway.port)
    client.pause()
    client.write('GET / HTTP/1.1\r\nHost: a\r\n\r\n')
    await until(() => asked > 2)
    await until(() => over, 'the end of it')
    expect(asked * 65_536).toBeLessThan(2 ** 25)
    await atRest(gateway)
    expect(gateway.access).toMatchObject([{ status: 200, termination: 'client_stalled' }])
    client.destroy()
  })

  test('that stalls learns from the signal that its client has gone; the exchange is over then', async () => {
    let aborted = false
    await using backend = await echoBackend()
    await using gateway = await startThrough(backend.url, (ctx) => {
      const { signal } = ctx as Context & { signal: globalThis.AbortSignal }
      async function* stalled(): AsyncGenerator<Uint8Array> {
        yield Buffer.from('one')
        await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()))
        aborted = true
      }
      respond(ctx, stalled())
    })
    const client = await connectRaw(gateway.port)
    client.write('GET / HTTP/1.1\r\nHost: a\r\n\r\n')
    await new Promise((resolve) => client.once('data', resolve))
    client.destroy()
    await until(() => aborted, 'the end of it')
    await atRest(gateway)
    expect(gateway.access).toMatchObject([{ status: 200, termination: 'client_gone' }])
    expect(gateway.log.entries).toEqual([])
  })

  test('that is a stream of Node which never says anything has it destroyed when its client goes', async () => {
    const stream = new Readable({ read() {} })
    await using backend = await echoBackend()
    await using gateway = await startThrough(backend.url, (ctx) => respond(ctx, stream))
    const client = await connectRaw(gateway.port)
    client.write('GET / HTTP/1.1\r\nHost: a\r\n\r\n')
    await new Promise((resolve) => client.once('data', resolve))
    client.destroy()
    await until(() => stream.destroyed, 'the end of the stream')
    await atRest(gateway)
  })

  test.each(['GET', 'HEAD'])('that breaks off is logged, and the client is cut off (%s)', async (method) => {
    async function* broken(): AsyncGenerator<Uint8Array> {
      yield Buffer.from('one')
      throw new Error('no more of it')
    }
    await using backend = await echoBackend()
    await using gateway = await startThrough(backend.url, (ctx) => respond(ctx, broken()))
    const { text, closed } = await exchangeRaw(gateway.port, `${method} / HTTP/1.1\r\nHost: a\r\n\r\n`, 300)
    expect(text).not.toContain('0\r\n\r\n')
    expect(closed).toBe(method === 'GET')
    await atRest(gateway)
    const [entry] = gateway.access
    if (method === 'HEAD') expect(entry).toMatchObject({ status: 200, termination: 'completed' })
    else {
      expect(entry).toMatchObject({ status: 200, termination: 'internal' })
      expect(gateway.log.entries).toMatchObject([{ level: 'error', message: 'response body failed' }])
    }
  })

  test('around the body of a target cuts its client off when the target breaks off, and says so in the log', async () => {
    await using backend = await startBackend((_request, response) => {
      response.writeHead(200, { 'content-length': 10 })
      response.write('one', () => setTimeout(() => response.destroy(), 50))
    })
    await using gateway = await startThrough(backend.url, async (ctx, next) => {
      await next()
      const { response } = ctx
      async function* louder(body: Body): AsyncGenerator<Uint8Array> {
        for await (const chunk of body) yield Buffer.from(Buffer.from(chunk).toString().toUpperCase())
      }
      if (response) response.body = louder(response.body as Body)
    })
    const { text, closed } = await exchangeRaw(gateway.port, 'GET / HTTP/1.1\r\nHost: a\r\n\r\n')
    expect(text).toMatch(/3\r\nONE\r\n$/)
    expect(closed).toBe(true)
    await atRest(gateway)
    expect(gateway.access).toMatchObject([{ status: 200, termination: 'target_reset' }])
    expect(gateway.log.entries.map(({ message }) => message)).toEqual(['attempt failed'])
  })
})

describe('500 for what a middleware makes of an answer', () => {
  const wrong: Record<string, unknown> = {
    'that is an interim one': { status: 103, headers: new HeaderList(), body: undefined },
    'that switches to what nobody has offered': { status: 101, headers: new HeaderList(), body: undefined },
    'with a status that is none': { status: 99, headers: new HeaderList(), body: undefined },
    'without fields': { status: 200, body: 'x' },
    'with a body that is none': { status: 200, headers: new HeaderList(), body: 7 },
  }

  test.each(Object.entries(wrong))('%s', async (_name, response) => {
    await using backend = await echoBackend()
    await using gateway = await startThrough(backend.url, (ctx) => {
      ctx.response = response as Context['response']
    })
    const { text } = await exchangeRaw(gateway.port, 'GET / HTTP/1.1\r\nHost: a\r\n\r\n', 300)
    expect(text).toMatch(/^HTTP\/1\.1 500 /)
    await atRest(gateway)
    expect(gateway.access).toMatchObject([{ status: 500, termination: 'internal' }])
    expect(gateway.log.entries).toMatchObject([{ level: 'error' }])
  })
})

test('a middleware that calls next() for a client that has gone sends nothing to a target', async () => {
  let requests = 0
  let release = (): void => {}
  const held = new Promise<void>((resolve) => {
    release = resolve
  })
  await using backend = await startBackend((_request, response) => {
    requests++
    response.end('ok')
  })
  let over = false
  await using gateway = await startThrough(backend.url, async (_ctx, next) => {
    await held
    await next()
    over = true
  })
  const client = await connectRaw(gateway.port)
  client.write('GET / HTTP/1.1\r\nHost: a\r\n\r\n')
  await until(() => gateway.traffic.state().sockets.clients === 1)
  client.resetAndDestroy()
  await until(() => gateway.traffic.state().sockets.clients === 0)
  await gateway.publish({ listeners: quick, ...forwardTo(backend.url) })
  release()
  await until(() => over, 'the end of the middleware')
  await atRest(gateway)
  expect(requests).toBe(0)
  expect((await ask(gateway.port)).text).toBe('ok')
})
