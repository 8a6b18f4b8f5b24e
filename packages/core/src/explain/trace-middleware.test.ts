import { describe, expect, test } from 'vitest'
import { SwitchyardError } from '../errors.ts'
import { HeaderList } from '../http/header-list.ts'
import { compose } from '../middleware/compose.ts'
import type { Context, Middleware } from '../middleware/contract.ts'
import { traceMiddleware } from './trace-middleware.ts'

function contextOf(): Context {
  const headers = HeaderList.fromRaw(['X-A', '1', 'x-a', '2'])
  return {
    id: 'request-1',
    received: {
      method: 'GET',
      scheme: 'http',
      authority: 'a.com',
      host: 'a.com',
      path: '/a',
      query: '',
      url: '/a',
      headers,
      header: (name) => headers.get(name),
      httpVersion: '1.1',
      body: undefined,
      clientIp: '192.0.2.1',
    },
    outgoing: { method: 'GET', path: '/a', query: '', host: undefined, headers: headers.clone() },
    response: undefined,
    route: { id: 'one' },
    client: { ip: '192.0.2.1', port: 1 },
    signal: new AbortController().signal,
    log: { debug() {}, info() {}, warn() {}, error() {} },
    state: new Map(),
  }
}

/** What became of each, around a target that answers 200; and the error that came out of it. */
async function traced(...list: Middleware[]) {
  const ctx = contextOf()
  const trace = traceMiddleware(list.map((run) => ({ type: run.name, use: { type: run.name }, run })))
  let error: unknown
  try {
    await compose(trace.watched, (ctx) => {
      ctx.response = { status: 200, headers: HeaderList.fromRaw(['x-target', 'yes']), body: undefined }
    })(ctx)
  } catch (thrown) {
    error = thrown
  }
  return { steps: trace.steps(), error, response: ctx.response }
}

const pass: Middleware = (_ctx, next) => next()

describe('what a middleware changes is told', () => {
  test('of the request, on the way in', async () => {
    const { steps } = await traced(function edit(ctx, next) {
      ctx.outgoing.path = '/b'
      ctx.outgoing.host = 'b.com'
      ctx.outgoing.headers.set('x-a', '3')
      ctx.outgoing.headers.append('x-b', '4')
      return next()
    })
    expect(steps).toEqual([
      {
        type: 'edit',
        ref: null,
        decision: 'passed',
        code: null,
        request: [
          { part: 'path', name: null, before: ['/a'], after: ['/b'] },
          { part: 'host', name: null, before: [], after: ['b.com'] },
          { part: 'header', name: 'x-a', before: ['1', '2'], after: ['3'] },
          { part: 'header', name: 'x-b', before: [], after: ['4'] },
        ],
        response: [],
      },
    ])
  })

  test('of the answer, on the way out, each by itself', async () => {
    const outer: Middleware = async (ctx, next) => {
      await next()
      ctx.response?.headers.delete('x-target')
    }
    const inner: Middleware = async (ctx, next) => {
      await next()
      if (ctx.response) ctx.response.status = 204
    }
    const { steps } = await traced(outer, inner)
    expect(steps.map(({ response }) => response)).toEqual([
      [{ part: 'header', name: 'x-target', before: ['yes'], after: [] }],
      [{ part: 'status', name: null, before: ['200'], after: ['204'] }],
    ])
  })
})

describe('decisions', () => {
  test('nothing after one that answers is reached', async () => {
    const answer: Middleware = (ctx) => {
      ctx.response = { status: 403, headers: new HeaderList(), body: 'no' }
    }
    const { steps } = await traced(pass, answer, pass)
    expect(steps.map(({ decision }) => decision)).toEqual(['passed', 'answered', 'not-reached'])
    expect(steps[1]?.response.map(({ part, after }) => [part, after])).toEqual([
      ['status', ['403']],
      ['body', ['no']],
    ])
  })

  test('one that refuses by an error of ours has failed with its code; those around it have passed it on', async () => {
    const { steps, error } = await traced(pass, () => {
      throw new SwitchyardError('bad_request')
    })
    expect(steps.map(({ decision, code }) => [decision, code])).toEqual([
      ['passed', null],
      ['failed', 'bad_request'],
    ])
    expect(error).toBeInstanceOf(SwitchyardError)
  })

  test.each([
    ['neither answers nor goes on', (() => {}) as Middleware],
    [
      'goes on twice',
      (async (_ctx, next) => {
        await next()
        await next()
      }) as Middleware,
    ],
    [
      'throws something else',
      (() => {
        throw new TypeError('oh')
      }) as Middleware,
    ],
  ])('one that %s has failed', async (_what, middleware) => {
    const { steps } = await traced(middleware)
    expect(steps).toMatchObject([{ decision: 'failed', code: 'internal' }])
  })

  test('one that takes in hand what failed inside has passed', async () => {
    const rescue: Middleware = async (ctx, next) => {
      try {
        await next()
      } catch {
        ctx.response = { status: 500, headers: new HeaderList(), body: undefined }
      }
    }
    const fail: Middleware = () => Promise.reject(new Error('oh'))
    const { steps, error, response } = await traced(rescue, fail)
    expect(steps.map(({ decision }) => decision)).toEqual(['passed', 'failed'])
    expect([error, response?.status]).toEqual([undefined, 500])
  })
})
