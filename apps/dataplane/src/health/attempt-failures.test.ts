import { health } from '@switchyard/core/config/health'
import { describe, expect, test } from 'vitest'
import type { ClassTally } from '../traffic/traffic.ts'
import { AttemptFailures, judgesAttempts, type PassiveConfig } from './attempt-failures.ts'

const off = { consecutiveFailures: 0 }
const passive = (options: object): PassiveConfig => health.parse({ passive: { ...off, ...options } }).passive

/** `.` went well, `5` was answered with 500, `f` failed, `c` found no connection. */
function tally(outcomes: string) {
  const classOf = (worst: string): ClassTally => {
    const runs = outcomes.split(new RegExp(`[^${worst}]`))
    const lengths = runs.map((run) => run.length)
    return [
      lengths.reduce((sum, length) => sum + length, 0),
      lengths[0] ?? 0,
      Math.max(...lengths),
      lengths.at(-1) ?? 0,
    ]
  }
  return { total: outcomes.length, classes: [classOf('5fc'), classOf('fc'), classOf('c')] as const }
}

/** What comes of tallies, all at one time. */
function judge(config: PassiveConfig, ...tallies: string[]) {
  const failures = new AttemptFailures()
  return tallies.map((outcomes) => failures.add(tally(outcomes), config, 0)?.code)
}

describe('failures in a row', () => {
  const three = passive({ consecutiveFailures: 3 })

  test('are counted over several tallies where nothing went well in between', () => {
    expect(judge(three, 'f', 'f', 'f')).toEqual([undefined, undefined, 'consecutive_failures'])
    expect(judge(three, '.f', 'ff')).toEqual([undefined, 'consecutive_failures'])
    expect(judge(three, 'ff', '.f', 'f', 'f')).toEqual([undefined, undefined, undefined, 'consecutive_failures'])
  })

  test('are broken by one that went well', () => {
    expect(judge(three, 'ff.', 'ff', '.', 'ff')).toEqual([undefined, undefined, undefined, undefined])
  })

  test('count at the beginning of a tally, in the middle and at the end', () => {
    expect(judge(three, 'f', 'ff.')).toEqual([undefined, 'consecutive_failures'])
    expect(judge(three, '..fff..')).toEqual(['consecutive_failures'])
    expect(judge(three, '..ff', 'f....')).toEqual([undefined, 'consecutive_failures'])
  })

  test('that were enough before count no more where there is no further one', () => {
    expect(judge(three, 'fff', '...', '.f')).toEqual(['consecutive_failures', undefined, undefined])
  })

  test('are of three classes, each within the one before, and the narrowest is said', () => {
    const all = passive({ consecutiveFailures: 3, consecutive5xx: 3, consecutiveConnectFailures: 3 })
    expect(judge(all, '55f')).toEqual(['consecutive_5xx'])
    expect(judge(all, '5fff')).toEqual(['consecutive_failures'])
    expect(judge(all, 'ffccc')).toEqual(['consecutive_connect_failures'])
    expect(judge(three, '555555')).toEqual([undefined])
  })

  test('are forgotten when the target begins anew', () => {
    const failures = new AttemptFailures()
    failures.add(tally('ff'), three, 0)
    failures.forget()
    expect(failures.add(tally('f'), three, 0)).toBeUndefined()
    expect(failures.add(tally('ff'), three, 0)).toEqual({ code: 'consecutive_failures', detail: '3 in a row' })
  })
})

describe('the failure rate', () => {
  const half = passive({ failureRate: { percent: 50, windowMs: 5000, minRequests: 10 } })

  test('counts every failure and 5xx, once there are enough attempts', () => {
    expect(judge(half, '5.5.5.5.', 'f.')).toEqual([undefined, 'failure_rate'])
    expect(judge(half, '5.5.5...f.', '..')).toEqual([undefined, undefined])
  })

  test('is that of the window', () => {
    const failures = new AttemptFailures()
    failures.add(tally('..........'), half, 0)
    expect(failures.add(tally('fffff'), half, 4900)).toBeUndefined()
    expect(failures.add(tally('fffff'), half, 5100)).toMatchObject({
      code: 'failure_rate',
      detail: '10 of 10 in 5000 ms',
    })
  })
})

test('a threshold of 0 is off, and all of them off means that nothing is judged', () => {
  expect(judge(passive({}), 'ffffffffffffffff')).toEqual([undefined])
  expect(judgesAttempts(passive({}))).toBe(false)
  expect(judgesAttempts(passive({ consecutive5xx: 1 }))).toBe(true)
  expect(judgesAttempts(passive({ failureRate: {} }))).toBe(true)
  expect(judgesAttempts(passive({ consecutive5xx: 1, maxEjectedPercent: 0 }))).toBe(false)
})
