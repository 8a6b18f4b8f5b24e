import { expect, test } from 'vitest'
import { compose } from './compose.ts'
import type { Context, Middleware } from './contract.ts'

// The onion hands the context on and looks at nothing in it.
const ctx = {} as Context

test('code before next runs outside in, code after it inside out', async () => {
  const log: string[] = []
  const layer =
    (name: string): Middleware =>
    async (_ctx, next) => {
      log.push(`${name} in`)
      await next()
      log.push(`${name} out`)
    }
  await compose([layer('a'), layer('b')], () => void log.push('forward'))(ctx)
  expect(log).toEqual(['a in', 'b in', 'forward', 'b out', 'a out'])
})

test('without middleware it is the forwarding itself', () => {
  const forward = () => undefined
  expect(compose([], forward)).toBe(forward)
})

test('no promise is made where nobody makes one', () => {
  const pass: Middleware = (_ctx, next) => next()
  expect(compose([pass, pass], () => undefined)(ctx)).toBeUndefined()
})

test('every layer gets the context of this request', () => {
  const seen: Context[] = []
  const look: Middleware = (c, next) => {
    seen.push(c)
    return next()
  }
  void compose([look, look], (c) => void seen.push(c))(ctx)
  expect(seen).toEqual([ctx, ctx, ctx])
  expect(seen.every((c) => c === ctx)).toBe(true)
})

test('a middleware that does not call next answers by itself', () => {
  const answer: Middleware = () => undefined
  const unreachable = () => {
    throw new Error('forwarded')
  }
  expect(() => compose([answer], unreachable)(ctx)).not.toThrow()
})

test('calling next twice throws, and forwards once', async () => {
  let forwarded = 0
  const forward = () => {
    forwarded += 1
  }
  const twice: Middleware = (_ctx, next) => {
    void next()
    return next()
  }
  expect(() => compose([twice], forward)(ctx)).toThrow('next() was called twice in twice')
  const twiceAwaited: Middleware = async (_ctx, next) => {
    await next()
    await next()
  }
  await expect(compose([twiceAwaited], forward)(ctx)).rejects.toThrow('next() was called twice')
  expect(forwarded).toBe(2)
})

test('a composed handler may run for many requests at once', async () => {
  const pass: Middleware = async (_ctx, next) => {
    await next()
  }
  const handler = compose([pass], async () => undefined)
  await expect(Promise.all([handler(ctx), handler(ctx), handler(ctx)])).resolves.toHaveLength(3)
})

test('errors pass through, thrown or rejected', async () => {
  const pass: Middleware = (_ctx, next) => next()
  const error = new Error('no')
  expect(() =>
    compose([pass, pass], () => {
      throw error
    })(ctx),
  ).toThrow(error)
  await expect(compose([pass], () => Promise.reject(error))(ctx)).rejects.toBe(error)
})

test('an error can be caught on the way out', async () => {
  const caught: unknown[] = []
  const rescue: Middleware = async (_ctx, next) => {
    try {
      await next()
    } catch (error) {
      caught.push(error)
    }
  }
  await compose([rescue], () => {
    throw 'no'
  })(ctx)
  expect(caught).toEqual(['no'])
})
