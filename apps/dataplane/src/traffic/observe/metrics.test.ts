import { expect, test } from 'vitest'
import { Metrics } from './metrics.ts'
import { readRequests } from './request-series.ts'
import { namesOf } from './series.ts'

const ids = (...names: string[]) => names.map((id) => ({ id }))
const keys = (metrics: Metrics, seen = 0) => metrics.snapshot(seen).series.map(([key]) => key)

test('the same names are the same series', () => {
  const metrics = new Metrics()
  expect(metrics.requests('web', 'shop', 'a')).toBe(metrics.requests('web', 'shop', 'a'))
  expect(metrics.requests('web', 'shop', 'b')).not.toBe(metrics.requests('web', 'shop', 'a'))
  expect(metrics.upstream('a')).toBe(metrics.upstream('a'))
  expect(metrics.listener('web')).toBe(metrics.listener('web'))
})

test('requests are counted by class of status, with their bytes and durations, and are in flight until they are over', () => {
  const metrics = new Metrics()
  const series = metrics.requests('web', 'shop', 'shop')
  for (let i = 0; i < 9; i++) series.started()
  for (const status of [200, 299, 304, 404, 503, 101, 0]) series.finished(status, 7, 1, 10)
  const [[key, counters, gauges] = []] = metrics.snapshot(0).series
  expect(key).toBe('requests web shop shop')
  expect(gauges).toEqual([2])
  expect(readRequests(counters ?? [])).toEqual({
    bytesIn: 7,
    bytesOut: 70,
    statuses: [1, 1, 2, 1, 1, 1],
    durations: { sumSeconds: 0.049, counts: [0, 0, 0, 7, ...new Array(12).fill(0)] },
  })
})

test.each([-1, 600, 999, Number.NaN])('a status that is none, such as %d, does no harm', (status) => {
  const series = new Metrics().requests('web', 'shop', 'shop')
  series.started()
  series.finished(status, 1, 0, 0)
  expect(readRequests(series.counters).statuses).toEqual([1, 0, 0, 0, 0, 0])
})

test('a time that is not known does not make the sum unknown', () => {
  const series = new Metrics().requests('web', 'shop', 'shop')
  for (const ms of [Number.NaN, -1, 5]) {
    series.started()
    series.finished(200, ms, 0, 0)
  }
  expect(readRequests(series.counters).durations).toEqual({
    sumSeconds: 0.005,
    counts: [2, 0, 1, ...new Array(13).fill(0)],
  })
})

test('what nobody has counted is not told', () => {
  const metrics = new Metrics()
  metrics.requests('web', 'shop', 'shop')
  metrics.upstream('shop')
  expect(keys(metrics)).toEqual([])
})

test('a reader that has seen the last snapshot is told what has changed since, with how far it is', () => {
  const metrics = new Metrics()
  const [a, b] = [metrics.listener('a'), metrics.listener('b')]
  a.accepted()
  b.accepted()
  const first = metrics.snapshot(0)
  expect(first.series).toHaveLength(2)
  b.accepted()
  const second = metrics.snapshot(first.number)
  expect(second.series).toEqual([['listener b', [2, 0, 0], []]])
  expect(keys(metrics, second.number)).toEqual([])
})

test('a reader that has missed a snapshot is told everything', () => {
  const metrics = new Metrics()
  metrics.listener('a').accepted()
  const first = metrics.snapshot(0)
  metrics.listener('b').accepted()
  metrics.snapshot(first.number)
  expect(keys(metrics, first.number)).toEqual(['listener a', 'listener b'])
})

test('a request that has begun is told although it is not over, and that it is over', () => {
  const metrics = new Metrics()
  const series = metrics.requests('web', 'shop', 'shop')
  series.started()
  const first = metrics.snapshot(0)
  expect(first.series[0]?.[2]).toEqual([1])
  series.finished(200, 1, 0, 0)
  expect(metrics.snapshot(first.number).series[0]?.[2]).toEqual([0])
})

test('what no configuration names is forgotten after a while, when it is at rest; what comes back before goes on', () => {
  let now = 0
  const metrics = new Metrics(() => now)
  const both = namesOf({ listeners: ids('web'), routes: ids('a', 'b'), upstreams: ids('shop') })
  const one = namesOf({ listeners: ids('web'), routes: ids('a'), upstreams: ids('shop') })
  const [a, b] = [metrics.requests('web', 'a', 'shop'), metrics.requests('web', 'b', 'shop')]
  for (const series of [a, b]) {
    series.started()
    series.finished(200, 1, 0, 0)
  }
  metrics.keep(both)
  expect(keys(metrics)).toHaveLength(2)
  metrics.keep(one)
  metrics.snapshot(0)
  now += 500_000
  metrics.keep(both)
  metrics.snapshot(0)
  metrics.keep(one)
  metrics.snapshot(0)
  now += 500_000
  expect(metrics.requests('web', 'b', 'shop')).toBe(b)
  b.started()
  now += 500_000
  expect(keys(metrics)).toHaveLength(2)
  b.finished(200, 1, 0, 0)
  expect(keys(metrics)).toEqual(['requests web a shop'])
  expect(metrics.requests('web', 'b', 'shop')).not.toBe(b)
})

test('everything about a listener or an upstream that is gone goes with it, and what is about none stays', () => {
  let now = 0
  const metrics = new Metrics(() => now)
  metrics.listener('web').accepted()
  metrics.listener('web').refused('no_route')
  metrics.listener('web').turnedAway('listener_full')
  metrics.upstream('shop').attempted(1)
  metrics.upstream('shop').retried('stale')
  metrics.requests('web', 'a', '').started()
  metrics.requests('web', 'a', '').finished(200, 1, 0, 0)
  metrics.terminated('client_gone')
  metrics.shed()
  metrics.keep(namesOf({ listeners: [], routes: [], upstreams: [] }))
  metrics.snapshot(0)
  now += 600_001
  expect(keys(metrics)).toEqual(['shed', 'terminated client_gone'])
})

test('a request that was completed is no termination, and shed requests and lost lines are counted', () => {
  const metrics = new Metrics()
  metrics.terminated('completed')
  metrics.terminated('target_reset')
  metrics.shed()
  metrics.logLinesDropped(12)
  expect(metrics.snapshot(0).series).toEqual([
    ['shed', [1], []],
    ['log-lines-dropped', [12], []],
    ['terminated target_reset', [1], []],
  ])
})
