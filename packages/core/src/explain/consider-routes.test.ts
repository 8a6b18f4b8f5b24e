import { describe, expect, test } from 'vitest'
import { requestFor } from '../routing/testing/request.ts'
import { routeOf } from '../routing/testing/route.ts'
import { compileConsideration } from './consider-routes.ts'

const prefix = (value: string) => ({ path: { type: 'prefix' as const, value } })

test('the route that is taken comes first, then those that match too, then the others, then disabled ones', () => {
  const consider = compileConsideration([
    routeOf('off', {}, { enabled: false }),
    routeOf('other', prefix('/other')),
    routeOf('all'),
    routeOf('api', prefix('/api')),
  ])
  const { route, routes } = consider(requestFor({ path: '/api/x' }))
  expect(route?.id).toBe('api')
  expect(routes.map(({ id, result }) => [id, result])).toEqual([
    ['api', 'taken'],
    ['all', 'outranked'],
    ['other', 'not-matched'],
    ['off', 'disabled'],
  ])
})

describe('each condition that does not hold is named, with what was asked for and what is there', () => {
  test.each([
    [
      { listeners: ['intern'] },
      { condition: 'listener', name: null, type: 'one-of', expected: ['intern'], actual: ['web'] },
    ],
    [
      { hosts: ['a.com', '*.b.com'] },
      { condition: 'host', name: null, type: 'one-of', expected: ['a.com', '*.b.com'], actual: ['shop.example.com'] },
    ],
    [prefix('/api'), { condition: 'path', name: null, type: 'prefix', expected: ['/api'], actual: ['/x'] }],
    [{ methods: ['POST'] }, { condition: 'method', name: null, type: 'one-of', expected: ['POST'], actual: ['GET'] }],
    [
      { headers: [{ type: 'exact' as const, name: 'x-a', value: '2' }] },
      { condition: 'header', name: 'x-a', type: 'exact', expected: ['2'], actual: ['1'] },
    ],
    [
      { headers: [{ type: 'present' as const, name: 'x-b' }] },
      { condition: 'header', name: 'x-b', type: 'present', expected: [], actual: [] },
    ],
    [
      { query: [{ type: 'regex' as const, name: 'q', value: '[0-9]+' }] },
      { condition: 'query', name: 'q', type: 'regex', expected: ['[0-9]+'], actual: ['a', 'b c'] },
    ],
  ])('%j', (match, failure) => {
    const request = requestFor({ path: '/x', query: 'q=a&q=b%20c', headers: { 'x-a': '1' } })
    const { route, routes } = compileConsideration([routeOf('one', match)])(request)
    expect(route).toBeUndefined()
    expect(routes).toEqual([{ id: 'one', result: 'not-matched', failed: [failure], outrankedBy: null }])
  })

  test('all of them, where there are several', () => {
    const match = { ...prefix('/api'), methods: ['POST'], hosts: ['shop.example.com'] }
    const [considered] = compileConsideration([routeOf('one', match)])(requestFor({ path: '/x' })).routes
    expect(considered?.failed.map(({ condition }) => condition)).toEqual(['path', 'method'])
  })
})

test.each([
  ['priority', routeOf('a', prefix('/api')), routeOf('b', {}, { priority: 1 })],
  ['host', routeOf('a', prefix('/api')), routeOf('b', { hosts: ['shop.example.com'] })],
  ['host', routeOf('a', { hosts: ['other.com', '*.example.com'] }), routeOf('b', { hosts: ['shop.example.com'] })],
  ['path', routeOf('a', { methods: ['GET'] }), routeOf('b', prefix('/'))],
  ['conditions', routeOf('a'), routeOf('b', { methods: ['GET'] })],
  ['id', routeOf('b'), routeOf('a')],
] as const)('what decides is said: %s', (criterion, loser, winner) => {
  const { route, routes } = compileConsideration([loser, winner])(requestFor({ path: '/api' }))
  expect(route?.id).toBe(winner.id)
  expect(routes[1]).toEqual({ id: loser.id, result: 'outranked', failed: [], outrankedBy: criterion })
})

test('a path is compared as the router compares it: by meaning', () => {
  const { route } = compileConsideration([routeOf('one', prefix('/admin'))])(requestFor({ path: '/%61dmin/x' }))
  expect(route?.id).toBe('one')
})
