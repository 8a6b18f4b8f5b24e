import { compose } from '@switchyard/core/middleware/compose'
import { expect, test } from 'vitest'
import { headers } from './headers.ts'
import { answerWith, createContext } from './testing/context.ts'
import { middlewareOf, problemsOf } from './testing/middleware-of.ts'

test('request headers are removed, set and added, in this order', () => {
  const ctx = createContext({ headers: { Cookie: 'a=b', 'X-Via': 'client', Accept: '*/*' } })
  const options = {
    set: { 'X-Via': 'switchyard', 'x-new': '' },
    add: { accept: 'text/html' },
    remove: ['COOKIE', 'x-new'],
  }
  void middlewareOf(headers, { request: options })(ctx, () => undefined)
  const sent = ctx.outgoing.headers
  expect(sent.has('cookie')).toBe(false)
  expect(sent.getAll('x-via')).toEqual(['switchyard'])
  expect(sent.getAll('x-new')).toEqual([''])
  expect(sent.getAll('accept')).toEqual(['*/*', 'text/html'])
})

test('response headers are edited on the way out, whoever answered', async () => {
  const edit = middlewareOf(headers, { response: { set: { 'x-frame-options': 'DENY' }, remove: ['server'] } })
  const ctx = createContext()
  await compose([edit], async () => answerWith(ctx, 200, { Server: 'x', 'X-Frame-Options': 'ALLOW' }))(ctx)
  expect(ctx.response?.headers.toRaw()).toEqual(['x-frame-options', 'DENY'])
})

test('without a promise from forwarding it makes none', () => {
  const edit = middlewareOf(headers, { response: { set: { a: '1' } } })
  const ctx = createContext()
  expect(edit(ctx, () => answerWith(ctx))).toBeUndefined()
  expect(ctx.response?.headers.get('a')).toBe('1')
})

test('a host that is set is the Host to send, and no header besides', () => {
  const ctx = createContext({ headers: { host: 'shop.example.com' } })
  void middlewareOf(headers, { request: { set: { Host: 'app.internal:8080' } } })(ctx, () => undefined)
  expect(ctx.outgoing.host).toBe('app.internal:8080')
  expect(ctx.outgoing.headers.getAll('host')).toEqual(['shop.example.com'])
})

test.each(['connection', 'Content-Length', 'Transfer-Encoding', 'upgrade', 'TE', 'trailer', 'keep-alive', 'expect'])(
  '%s cannot be edited, neither in requests nor in responses',
  (name) => {
    const message = `${name.toLowerCase()} is written by the node itself`
    for (const side of ['request', 'response'] as const) {
      expect(problemsOf(headers, { [side]: { set: { [name]: 'x' } } })).toEqual([
        { path: `${side}.set.${name}`, message },
      ])
      expect(problemsOf(headers, { [side]: { add: { [name]: 'x' } } })).toEqual([
        { path: `${side}.add.${name}`, message },
      ])
      expect(problemsOf(headers, { [side]: { remove: [name] } })).toEqual([{ path: `${side}.remove.0`, message }])
    }
  },
)

test('a request has one host: it can be set to a host, and is neither added nor removed', () => {
  expect(problemsOf(headers, { request: { set: { host: 'a b' } } })).toHaveLength(1)
  expect(problemsOf(headers, { request: { set: { host: 'user@a' } } })).toHaveLength(1)
  expect(problemsOf(headers, { request: { add: { Host: 'a' } } })).toHaveLength(1)
  expect(problemsOf(headers, { request: { remove: ['host'] } })).toHaveLength(1)
})

test.each(['a\r\nb: c', 'a\nb', 'a\0', '\x7f', ' a', 'a ', 'snow ☃'])('the value %j is refused', (value) => {
  expect(problemsOf(headers, { response: { set: { 'x-a': value } } })).toHaveLength(1)
})

test.each(['', 'a b', 'a:', 'a\r\nb', 'ä'])('the name %j is refused', (name) => {
  expect(problemsOf(headers, { response: { set: { [name]: 'x' } } })).toHaveLength(1)
  expect(problemsOf(headers, { response: { remove: [name] } })).toHaveLength(1)
})

test('the same name twice is refused, since case does not count', () => {
  expect(problemsOf(headers, { request: { set: { 'X-A': '1', 'x-a': '2' } } })).toEqual([
    { path: 'request.set.x-a', message: 'x-a is here twice; case does not count' },
  ])
})
