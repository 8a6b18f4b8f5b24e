import { expect, test } from 'vitest'
import { calmUpstream, idleTarget } from '../testing/target-state.ts'
import type { TargetState, WorkerState } from '../traffic/traffic.ts'
import { Counters } from './counters.ts'

const target = (id: string, requests: number, failures = 0, url = `http://${id}`): TargetState => ({
  ...idleTarget(id, url),
  requests,
  failures,
})
const worker = (targets: TargetState[], leaving: TargetState[] = []): WorkerState => ({
  revision: null,
  listeners: [],
  upstreams: [{ ...calmUpstream, id: 'shop', targets }],
  leaving: leaving.map((one) => ({ ...one, upstream: 'shop' })),
  runtimes: 1,
  sockets: { clients: 0, targets: 0 },
})

test('the sums are those of all workers', () => {
  const counters = new Counters()
  counters.add(1, worker([target('a', 5, 1), target('b', 1)]))
  counters.add(2, worker([target('a', 7)]))
  counters.add(1, worker([target('a', 6, 2), target('b', 1)]))
  expect(counters.of('shop', 'a')).toEqual({ requests: 13, failures: 2 })
  expect(counters.of('shop', 'b')).toEqual({ requests: 1, failures: 0 })
  expect(counters.of('shop', 'nobody')).toEqual({ requests: 0, failures: 0 })
})

test('what a dead worker counted stays, and its successor counts on', () => {
  const counters = new Counters()
  counters.add(1, worker([target('a', 5)]))
  counters.forget(1)
  expect(counters.of('shop', 'a').requests).toBe(5)
  counters.add(3, worker([target('a', 2)]))
  expect(counters.of('shop', 'a').requests).toBe(7)
})

test('a target that got another address goes on from where it was, and what the old one still serves counts too', () => {
  const counters = new Counters()
  counters.add(1, worker([target('a', 5, 0, 'http://old')]))
  counters.add(1, worker([target('a', 0, 0, 'http://new')], [target('a', 6, 0, 'http://old')]))
  counters.add(1, worker([target('a', 2, 0, 'http://new')], [target('a', 7, 0, 'http://old')]))
  counters.add(1, worker([target('a', 3, 0, 'http://new')]))
  expect(counters.of('shop', 'a').requests).toBe(10)
})

test('a target that was taken out and comes back does not go backwards', () => {
  const counters = new Counters()
  counters.add(1, worker([target('a', 5)]))
  counters.add(1, worker([]))
  counters.add(1, worker([target('a', 1)]))
  expect(counters.of('shop', 'a').requests).toBe(6)
})

test('targets that come and go without end do not fill the memory', () => {
  const counters = new Counters()
  for (let round = 0; round < 12; round++) {
    counters.add(1, worker(Array.from({ length: 2000 }, (_, i) => target(`t-${round}-${i}`, 1))))
  }
  expect(counters.of('shop', 't-0-0').requests).toBe(0)
  expect(counters.of('shop', 't-11-0').requests).toBe(1)
})
