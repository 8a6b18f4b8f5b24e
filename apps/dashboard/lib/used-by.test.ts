import { expect, test } from 'vitest'
import { certificateUsers, middlewareRefs, routesByUpstream, upstreamsOf } from './used-by.ts'

test('a split uses each of its upstreams, once', () => {
  const split = [{ upstream: 'a', weight: 90 }, { upstream: 'b' }, { upstream: 'a', weight: 5 }]
  expect(upstreamsOf({ forward: { split } }).map(({ weight }) => weight)).toEqual([90, 1, 5])
  expect(routesByUpstream([{ id: 'r', value: { forward: { split } } }])).toEqual(
    new Map([
      ['a', ['r']],
      ['b', ['r']],
    ]),
  )
})

test('a route that forwards nowhere uses nothing', () => {
  expect(upstreamsOf({})).toEqual([])
  expect(
    routesByUpstream([
      { id: 'r', value: { forward: { upstream: 'a' } } },
      { id: 's', value: {} },
    ]).get('a'),
  ).toEqual(['r'])
})

test('a route names each shared middleware it refers to once; those written out in it count for nothing', () => {
  const middleware = [{ ref: 'drop' }, { type: 'headers' }, { ref: 'drop' }]
  expect(middlewareRefs([{ id: 'r', value: { middleware } }])).toEqual(new Map([['drop', ['r']]]))
})

test('a certificate is used by the listeners that show it and the upstreams that show it to targets, each once', () => {
  const listeners = [
    { id: 'web', value: { tls: { certificates: ['shop', 'mail', 'shop'] } } },
    { id: 'plain', value: {} },
  ]
  const upstreams = [{ id: 'shop', value: { tls: { certificate: 'shop' } } }]
  expect([...certificateUsers(listeners, upstreams)]).toEqual([
    [
      'shop',
      [
        { kind: 'listeners', id: 'web' },
        { kind: 'upstreams', id: 'shop' },
      ],
    ],
    ['mail', [{ kind: 'listeners', id: 'web' }]],
  ])
})
