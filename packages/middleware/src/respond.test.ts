import { expect, test } from 'vitest'
import { respond } from './respond.ts'
import { createContext } from './testing/context.ts'
import { middlewareOf, problemsOf } from './testing/middleware-of.ts'

function answer(options: Parameters<typeof middlewareOf<(typeof respond)['options']>>[1]) {
  const ctx = createContext()
  void middlewareOf(respond, options)(ctx, () => {
    throw new Error('forwarded')
  })
  return ctx.response
}

test('it answers 200 with nothing, and forwards nothing', () => {
  const response = answer({})
  expect(response).toMatchObject({ status: 200, body: undefined })
  expect(response?.headers.size).toBe(0)
})

test('a body is plain text unless a content-type is given', () => {
  expect(answer({ body: 'hello' })?.headers.toRaw()).toEqual(['content-type', 'text/plain; charset=utf-8'])
  const html = answer({ status: 503, headers: { 'Content-Type': 'text/html' }, body: '<p>' })
  expect(html?.headers.toRaw()).toEqual(['Content-Type', 'text/html'])
  expect(html).toMatchObject({ status: 503, body: '<p>' })
})

test('a status that has no body is refused one', () => {
  for (const status of [204, 205, 304]) {
    expect(problemsOf(respond, { status, body: 'x' })).toEqual([{ path: 'body', message: `a ${status} has no body` }])
    expect(problemsOf(respond, { status })).toEqual([])
  }
})

test('framing headers and statuses that are none are refused', () => {
  expect(problemsOf(respond, { headers: { 'Content-Length': '3' } })).toHaveLength(1)
  expect(problemsOf(respond, { headers: { 'x-a': 'a\r\nb: c' } })).toHaveLength(1)
  for (const status of [101, 199, 600, 200.5]) expect(problemsOf(respond, { status })).toHaveLength(1)
})
