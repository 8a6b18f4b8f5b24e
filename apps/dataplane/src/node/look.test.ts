import { expect, test } from 'vitest'
import { calmUpstream, idleTarget } from '../testing/target-state.ts'
import { lookOf } from './look.ts'

const counters = { of: () => ({ requests: 3, failures: 0 }) }
const view = (askedAt: number, inHand: { inFlight: number; tunnels: number }) => ({
  askedAt,
  traffic: {
    revision: null,
    listeners: [],
    upstreams: [{ ...calmUpstream, id: 'shop', targets: [{ ...idleTarget('a', 'http://new'), ...inHand }] }],
    leaving: [{ ...idleTarget('a', 'http://old'), ...inHand, upstream: 'shop' }],
    runtimes: 1,
    sockets: { clients: 0, targets: 0 },
  },
})

test('what targets serve is added up, apart for each address, as old as the oldest answer', () => {
  const look = lookOf([view(20, { inFlight: 1, tunnels: 2 }), view(10, { inFlight: 4, tunnels: 0 })], 2, counters)
  expect(look?.askedAt).toBe(10)
  expect(look?.inHand('shop a http://new')).toBe(7)
  expect(look?.inHand('shop a http://old')).toBe(7)
  expect(look?.inHand('shop b http://old')).toBe(0)
  expect(look?.requests('shop', 'a')).toBe(3)
})

test('of a worker that has not answered yet nothing can be said', () => {
  expect(lookOf([view(1, { inFlight: 0, tunnels: 0 })], 2, counters)).toBeUndefined()
  expect(lookOf([], 0, counters)).toBeUndefined()
})
