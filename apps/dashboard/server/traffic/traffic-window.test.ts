import type { Report, TargetTraffic } from '@switchyard/core/node-protocol'
import { expect, test } from 'vitest'
import { reportOf, targetOf } from '../testing/reports.ts'
import { createTrafficWindow } from './traffic-window.ts'

const report = (requests: number, fields: Partial<Report & TargetTraffic> = {}): Report => {
  const { node = 'one', instance = 'instance-1', inFlight = 0 } = fields
  return reportOf({ node, instance, targets: [targetOf({ requests, inFlight })] })
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

test('two nodes that report under one name are not taken for one that starts anew each time', () => {
  const other = { instance: 'instance-2' }
  const target = windowWith(
    [0, report(1000)],
    [1000, report(5, other)],
    [2000, report(1010)],
    [3000, report(7, other)],
    [4000, report(1020)],
  )
  expect(target(4000)).toMatchObject({ requests: 10 + 10 + 5 + 2 })
})

test('of the instances of a name only the latest few are remembered', () => {
  const reports = Array.from({ length: 1000 }, (_, i): [number, Report] => [
    i,
    report(1, { instance: `instance-${i}` }),
  ])
  const traffic = createTrafficWindow()
  for (const [at, one] of reports) traffic.heard(one, at)
  traffic.heard(report(1, { instance: 'instance-0' }), 1000)
  expect(traffic.summary(1000).upstreams['shop']?.targets['a']).toMatchObject({ requests: 1000 })
})

test('a clock that is put back neither keeps old traffic nor makes a rate of it', () => {
  const hour = 3_600_000
  const target = windowWith([hour, report(0)], [hour + 2000, report(600)], [4000, report(610)])
  expect(target(6000)).toMatchObject({ requests: 10, requestsPerSecond: 5 })
  expect(target(64_001)).toBeUndefined()
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
    targets: [targetOf({ upstream: '__proto__', target: 'constructor', requests })],
  })
  traffic.heard(evil(0), 0)
  traffic.heard(evil(5), 2000)
  expect(JSON.stringify(traffic.summary(2000))).toContain('"requests":5')
  expect({}).not.toHaveProperty('requestsPerSecond')
})
