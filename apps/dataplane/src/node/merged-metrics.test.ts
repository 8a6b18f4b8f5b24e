import { expect, test } from 'vitest'
import { readListener } from '../traffic/observe/listener-series.ts'
import type { SeriesSnapshot } from '../traffic/observe/metrics.ts'
import { Metrics } from '../traffic/observe/metrics.ts'
import { namesOf } from '../traffic/observe/series.ts'
import { MergedMetrics } from './merged-metrics.ts'

/** As the supervisor asks a worker. */
function look(merged: MergedMetrics, pid: number, worker: Metrics): void {
  merged.add(pid, JSON.parse(JSON.stringify(worker.snapshot(merged.seen(pid)))))
}
const find = (merged: MergedMetrics, key: string): SeriesSnapshot | undefined =>
  merged.all().find(([found]) => found === key)
const accepted = (merged: MergedMetrics): number => readListener(find(merged, 'listener web')?.[1] ?? []).accepted
const accept = (worker: Metrics, times: number) => {
  for (let i = 0; i < times; i++) worker.listener('web').accepted()
}

test('what workers count is added up, and what is now in each of them too', () => {
  const merged = new MergedMetrics()
  const [one, two] = [new Metrics(), new Metrics()]
  for (const worker of [one, two]) {
    accept(worker, 3)
    worker.requests('web', 'shop', 'shop').started()
  }
  look(merged, 1, one)
  look(merged, 2, two)
  accept(one, 1)
  look(merged, 1, one)
  look(merged, 2, two)
  expect(accepted(merged)).toBe(7)
  expect(find(merged, 'requests web shop shop')?.[2]).toEqual([2])
})

test('nothing goes backwards when a worker dies, and its successor counts on; what it had in flight is gone', () => {
  const merged = new MergedMetrics()
  const first = new Metrics()
  accept(first, 5)
  first.requests('web', 'shop', 'shop').started()
  look(merged, 1, first)
  merged.forget(1)
  expect(accepted(merged)).toBe(5)
  expect(find(merged, 'requests web shop shop')?.[2]).toEqual([])
  const second = new Metrics()
  accept(second, 2)
  look(merged, 2, second)
  expect(accepted(merged)).toBe(7)
})

test('an answer of a worker that was lost is made up for by the next', () => {
  const merged = new MergedMetrics()
  const worker = new Metrics()
  accept(worker, 1)
  look(merged, 1, worker)
  accept(worker, 1)
  worker.snapshot(merged.seen(1))
  look(merged, 1, worker)
  accept(worker, 1)
  look(merged, 1, worker)
  expect(accepted(merged)).toBe(3)
})

test('over many rounds of counting, dying and lost answers the sums are exact and never fall', () => {
  let seed = 7
  const random = () => {
    seed = (seed * 48_271) % 2_147_483_647
    return seed / 2_147_483_647
  }
  const merged = new MergedMetrics()
  let workers = [1, 2, 3].map((pid) => ({ pid, metrics: new Metrics() }))
  let counted = 0
  let shown = 0
  let pids = 3
  for (let round = 0; round < 500; round++) {
    for (const { metrics } of workers) {
      const times = Math.floor(random() * 4)
      accept(metrics, times)
      counted += times
    }
    for (const { pid, metrics } of workers) {
      if (random() < 0.2) metrics.snapshot(merged.seen(pid))
      look(merged, pid, metrics)
    }
    expect(accepted(merged)).toBeGreaterThanOrEqual(shown)
    shown = accepted(merged)
    workers = workers.map((worker) => {
      if (random() > 0.1) return worker
      merged.forget(worker.pid)
      return { pid: ++pids, metrics: new Metrics() }
    })
  }
  expect(shown).toBe(counted)
})

test('what no configuration names is shown for a while, and then forgotten', () => {
  let now = 0
  const merged = new MergedMetrics(() => now)
  const worker = new Metrics(() => now)
  accept(worker, 1)
  worker.shed()
  look(merged, 1, worker)
  const names = (...ids: string[]) => namesOf({ listeners: ids.map((id) => ({ id })), routes: [], upstreams: [] })
  merged.keep(names('other'))
  merged.prune()
  now += 500_000
  merged.keep(names('web'))
  merged.prune()
  merged.keep(names('other'))
  merged.prune()
  now += 500_000
  merged.prune()
  expect(accepted(merged)).toBe(1)
  now += 200_000
  merged.prune()
  expect(merged.all().map(([key]) => key)).toEqual(['shed'])
})

test('routes that come and go without end do not fill the memory', () => {
  let now = 0
  const merged = new MergedMetrics(() => now)
  const worker = new Metrics(() => now)
  for (let round = 0; round < 100; round++) {
    const id = `listener-${round}`
    const names = namesOf({ listeners: [{ id }], routes: [], upstreams: [] })
    worker.keep(names)
    merged.keep(names)
    worker.listener(id).accepted()
    look(merged, 1, worker)
    merged.prune()
    now += 100_000
  }
  expect(merged.all().length).toBeLessThan(10)
  expect(worker.snapshot(0).series.length).toBeLessThan(10)
})
