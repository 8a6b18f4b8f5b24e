import type { Report, TargetTraffic } from '@switchyard/core/node-protocol'
import { expect, test } from 'vitest'
import { createTrafficWindow } from './traffic-window.ts'

const report = (requests: number, fields: Partial<Report & TargetTraffic> = {}): Report => {
  const { node = 'one', instance = 'instance-1', inFlight = 0 } = fields
  return {
    node,
    instance,
    version: '0',
    startedAt: '',
    serving: null,
    outcome: null,
    workers: [],
    listeners: [],
    targets: [{ upstream: 'shop', target: 'a', requests, failures: 0, inFlight, tunnels: 0 }],
  }
}

function windowWith(...reports: [at: number, report: Report][]) {
  const traffic = createTrafficWindow()
  for (const [at, one] of reports) traffic.heard(one, at)
  return (now: number) => traffic.summary(now).upstreams['shop']?.targets['a']
}

test('counters that were there before are not taken for traffic of now', () => {
  expect(windowWith([0, report(1_000_000)])(0)).toMatchObject({ requests: 0 })
})

test('a node that started anew begins at 0 again', () => {
  const target = windowWith([0, report(100)], [2000, report(110)], [4000, report(7, { instance: 'instance-2' })])
  expect(target(4000)).toMatchObject({ requests: 17 })
})

test('a lost report loses nothing, and a counter that went back is not subtracted', () => {
  expect(windowWith([0, report(0)], [20_000, report(50)])(20_000)).toMatchObject({ requests: 50 })
  expect(windowWith([0, report(100)], [2000, report(3)])(2000)).toMatchObject({ requests: 3 })
})

test('what is older than a minute is forgotten, and so are the gauges of a silent node', () => {
  const target = windowWith([0, report(0)], [2000, report(10, { inFlight: 3 })])
  expect(target(5000)).toMatchObject({ requests: 10, inFlight: 3 })
  expect(target(13_000)).toMatchObject({ requests: 10, inFlight: 0 })
  expect(target(62_001)).toBeUndefined()
})

test('reports in quick succession share a slot', () => {
  const reports = Array.from({ length: 500 }, (_, i): [number, Report] => [i * 100, report(i)])
  const target = windowWith(...reports)
  expect(target(50_000)).toMatchObject({ requests: 499 })
})

test('an id that names a property of objects does no harm', () => {
  const traffic = createTrafficWindow()
  const evil = (requests: number): Report => ({
    ...report(0),
    targets: [{ upstream: '__proto__', target: 'constructor', requests, failures: 0, inFlight: 0, tunnels: 0 }],
  })
  traffic.heard(evil(0), 0)
  traffic.heard(evil(5), 2000)
  expect(JSON.stringify(traffic.summary(2000))).toContain('"requests":5')
  expect({}).not.toHaveProperty('requestsPerSecond')
})
