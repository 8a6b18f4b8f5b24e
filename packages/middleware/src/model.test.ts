import { parseConfig } from '@switchyard/core/config/parse'
import { expect, test } from 'vitest'
import { model } from './model.ts'

const document = (middleware: object[]) => ({
  switchyard: 1,
  upstreams: [{ id: 'shop', targets: [{ id: 'a', url: 'http://127.0.0.1:2003' }] }],
  routes: [{ id: 'shop', middleware, forward: { upstream: 'shop' } }],
  middleware: [{ id: 'drop-prefix', type: 'rewrite', stripPrefix: '/api' }],
})

/** Paths and sentences, or nothing when the document is right. */
function problemsOf(value: unknown) {
  const parsed = parseConfig(model, value)
  return parsed.ok ? [] : parsed.problems.map(({ path, message }) => `${path}: ${message}`)
}

test('a document with nothing but its format is valid', () => {
  expect(model.document.parse({ switchyard: 1 }).routes).toEqual([])
})

test('middleware are written out in a route, or shared and referred to', () => {
  const middleware = [{ type: 'headers', request: { set: { 'x-via': 'switchyard' } } }, { ref: 'drop-prefix' }]
  expect(problemsOf(document(middleware))).toEqual([])
})

test('a route without an upstream needs a middleware that answers', () => {
  const route = { id: 'old', middleware: [{ type: 'redirect', to: 'https://new.example.com{path}' }] }
  expect(problemsOf({ switchyard: 1, routes: [route] })).toEqual([])
  const silent = { id: 'old', middleware: [{ type: 'rewrite', path: '/x' }] }
  expect(problemsOf({ switchyard: 1, routes: [silent] })).toHaveLength(1)
})

test('what is wrong in the options is told at its place', () => {
  const wrong = [
    { type: 'headers', request: { set: { connection: 'close' } } },
    { type: 'rewrite', stripPrefix: '/a', path: '/b' },
    { type: 'redirect', to: '//evil.example' },
    { type: 'respond', status: 204, body: 'x' },
  ]
  expect(problemsOf(document(wrong))).toEqual([
    'routes[0].middleware[0].request.set.connection: connection is written by the node itself',
    'routes[0].middleware[1]: set exactly one of stripPrefix, addPrefix, path, regex',
    'routes[0].middleware[2].to: begin with / or with https://',
    'routes[0].middleware[3].body: a 204 has no body',
  ])
})

test('unknown options are refused', () => {
  expect(problemsOf(document([{ type: 'rewrite', stripPrefx: '/a' }]))).toEqual([
    expect.stringContaining('routes[0].middleware[0].stripPrefx: unknown field'),
  ])
})
