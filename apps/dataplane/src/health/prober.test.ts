import { health } from '@switchyard/core/config/health'
import type { Cause } from '@switchyard/core/target-events'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { Prober, type Task } from './prober.ts'
import type { Answered, Question } from './question.ts'

const failed: Cause = { code: 'connect_failed', detail: '' }

/** A target that answers when it is told to. */
class Asked {
  readonly probes = { unsettled: false }
  readonly times: number[] = []
  answered: Answered | undefined
  cancelled = 0
}

let asked: Map<Question, Asked>
let results: [Asked, Cause | undefined][]
let prober: Prober<Asked>
let underWay: number
let most: number

beforeEach(() => {
  vi.useFakeTimers()
  asked = new Map()
  results = []
  underWay = 0
  most = 0
})
afterEach(() => {
  prober.close()
  expect(vi.getTimerCount()).toBe(0)
  vi.useRealTimers()
})

const make = (limit = 100, random = () => 0.5) => {
  prober = new Prober<Asked>({
    limit,
    start: (question, answered) => {
      const target = asked.get(question)
      if (!target) throw new Error('nobody is asked')
      most = Math.max(most, ++underWay)
      target.times.push(Date.now())
      target.answered = (why) => {
        underWay--
        target.answered = undefined
        answered(why)
      }
      return () => {
        underWay--
        target.answered = undefined
        target.cancelled++
      }
    },
    onResult: (target, why) => results.push([target, why]),
    random,
    now: Date.now,
  })
}

function task(target: Asked, options: object = {}): Task {
  const config = health.parse({ active: { intervalMs: 10_000, unsettledIntervalMs: 2000, ...options } }).active
  if (!config) throw new Error('there are probes')
  const question = { config, endpoint: { host: '127.0.0.1', port: 1 }, authority: '', tls: undefined }
  asked.set(question, target)
  return { question, definition: JSON.stringify(config) }
}

test('a target is asked soon, then at its interval, counted from the answer, and more often while it is in doubt', () => {
  make()
  const target = new Asked()
  const began = Date.now()
  prober.plan(new Map([[target, task(target)]]))
  vi.advanceTimersByTime(10)
  expect(target.times).toHaveLength(1)
  vi.advanceTimersByTime(1000)
  target.answered?.(undefined)
  vi.advanceTimersByTime(9999)
  expect(target.times).toHaveLength(1)
  vi.advanceTimersByTime(1)
  expect(target.times).toHaveLength(2)
  target.probes.unsettled = true
  target.answered?.(failed)
  vi.advanceTimersByTime(2000)
  expect(target.times).toHaveLength(3)
  expect(results.map(([, why]) => why)).toEqual([undefined, failed])
  expect((target.times[0] ?? 0) - began).toBeLessThan(10)
})

test('an interval varies by its jitter and no more', () => {
  const draws = [0, 1 - 1e-9]
  make(100, () => draws.shift() ?? 0)
  const target = new Asked()
  prober.plan(new Map([[target, task(target, { jitterPercent: 20 })]]))
  vi.advanceTimersByTime(1)
  target.answered?.(undefined)
  vi.advanceTimersByTime(11_998)
  expect(target.times).toHaveLength(1)
  vi.advanceTimersByTime(2)
  expect(target.times).toHaveLength(2)
  target.answered?.(undefined)
  vi.advanceTimersByTime(8000)
  expect(target.times).toHaveLength(3)
})

test('many targets are asked all within a second or so, and never more at once than the limit', () => {
  let seed = 1
  make(10, () => {
    seed = (seed * 16_807) % 2_147_483_647
    return seed / 2_147_483_647
  })
  const targets = Array.from({ length: 1000 }, () => new Asked())
  prober.plan(new Map(targets.map((target) => [target, task(target)])))
  vi.advanceTimersByTime(500)
  expect(most).toBe(10)
  for (let i = 0; i < 200; i++) {
    for (const target of targets) target.answered?.(undefined)
    vi.advanceTimersByTime(5)
  }
  expect(targets.filter(({ times }) => times.length === 1)).toHaveLength(1000)
  expect(most).toBe(10)
})

test('a target that nobody wants to know of is not asked, and a probe under way is cancelled', () => {
  make(1)
  const [one, two] = [new Asked(), new Asked()]
  prober.plan(
    new Map([
      [one, task(one)],
      [two, task(two)],
    ]),
  )
  vi.advanceTimersByTime(1000)
  const first = one.times.length > 0 ? one : two
  const second = first === one ? two : one
  prober.plan(new Map([[second, task(second)]]))
  expect(first.cancelled).toBe(1)
  vi.advanceTimersByTime(1000)
  expect(second.times).toHaveLength(1)
  second.answered?.(undefined)
  vi.advanceTimersByTime(60_000)
  expect(first.times).toHaveLength(1)
  expect(results).toHaveLength(1)
})

test('another question is asked soon, the same one when its time has come', () => {
  make()
  const target = new Asked()
  const plan = (options: object = {}) => prober.plan(new Map([[target, task(target, options)]]))
  plan()
  vi.advanceTimersByTime(10)
  target.answered?.(undefined)
  plan()
  vi.advanceTimersByTime(1000)
  expect(target.times).toHaveLength(1)
  plan({ path: '/other' })
  vi.advanceTimersByTime(10)
  expect(target.times).toHaveLength(2)
  plan({ path: '/another' })
  expect(target.cancelled).toBe(1)
  vi.advanceTimersByTime(10)
  expect(target.times).toHaveLength(3)
})

test('after close nothing is asked and nothing is heard', () => {
  make()
  const target = new Asked()
  prober.plan(new Map([[target, task(target)]]))
  vi.advanceTimersByTime(10)
  prober.close()
  vi.advanceTimersByTime(60_000)
  expect(target).toMatchObject({ cancelled: 1, times: { length: 1 } })
  expect(results).toEqual([])
})
