import { describe, expect, test } from 'vitest'
import { Breaker, type BreakerConfig } from './breaker.ts'

const config: BreakerConfig = {
  maxInFlight: 0,
  failurePercent: 50,
  windowMs: 1000,
  minRequests: 4,
  openMs: 500,
  trials: 2,
}

function createBreaker(more: Partial<BreakerConfig> = {}) {
  const changes: string[] = []
  const breaker = new Breaker({ ...config, ...more }, (state) => changes.push(state))
  /** Attempts that begin and end at once: `+` well, `-` failed, `.` nothing to say. */
  const attempts = (how: string, now: number): void => {
    for (const one of how) breaker.end(breaker.begin(), one === '.' ? undefined : one === '+', now)
  }
  return { breaker, changes, attempts }
}

describe('a closed breaker', () => {
  test('opens at the stated share of failures, from so many attempts on', () => {
    const { breaker, changes, attempts } = createBreaker()
    attempts('---', 0)
    expect([breaker.state, breaker.admits(0)]).toEqual(['closed', true])
    attempts('+++', 0)
    expect(breaker.state).toBe('closed')
    attempts('-', 0)
    expect([breaker.state, breaker.admits(0), breaker.waitMs(100)]).toEqual(['open', false, 400])
    expect(changes).toEqual(['open'])
  })

  test('forgets what is older than its window', () => {
    const { breaker, attempts } = createBreaker()
    attempts('---', 0)
    attempts('-', 1100)
    expect(breaker.state).toBe('closed')
    attempts('--', 1900)
    expect(breaker.state).toBe('closed')
    attempts('-', 2000)
    expect(breaker.state).toBe('open')
  })

  test('does not count what says nothing of the upstream, and never opens where the share is off', () => {
    const { breaker, attempts } = createBreaker()
    attempts('---......', 0)
    expect(breaker.state).toBe('closed')
    const off = createBreaker({ failurePercent: 0 })
    off.attempts('----------', 0)
    expect(off.breaker.state).toBe('closed')
  })

  test('counts an answer that breaks off, whose head counted as well, as a failure', () => {
    const { breaker, attempts } = createBreaker()
    attempts('++++', 0)
    breaker.broke(0)
    expect(breaker.state).toBe('closed')
    breaker.broke(0)
    expect(breaker.state).toBe('open')
  })
})

describe('an open breaker', () => {
  test('lets so many through after its time, and closes when all of them were well', () => {
    const { breaker, changes, attempts } = createBreaker()
    attempts('----', 0)
    expect(breaker.admits(499)).toBe(false)
    expect(breaker.admits(500)).toBe(true)
    const trials = [breaker.begin(), breaker.begin()]
    expect(breaker.admits(500)).toBe(false)
    for (const trial of trials) breaker.end(trial, true, 510)
    expect(breaker.state).toBe('closed')
    attempts('---', 510)
    expect(breaker.state, 'it counts anew').toBe('closed')
    expect(changes).toEqual(['open', 'half-open', 'closed'])
  })

  test('opens anew at the first trial that fails, whatever the others become', () => {
    const { breaker, changes, attempts } = createBreaker()
    attempts('----', 0)
    expect(breaker.admits(500)).toBe(true)
    const [first, second] = [breaker.begin(), breaker.begin()]
    breaker.end(first, false, 600)
    breaker.end(second, true, 601)
    expect([breaker.state, breaker.admits(1099), breaker.admits(1100)]).toEqual(['open', false, true])
    expect(changes).toEqual(['open', 'half-open', 'open', 'half-open'])
  })

  test('lets another one through for a trial that came to nothing', () => {
    const { breaker, attempts } = createBreaker({ trials: 1 })
    attempts('----', 0)
    breaker.look(500)
    const trial = breaker.begin()
    expect(breaker.admits(500)).toBe(false)
    breaker.end(trial, undefined, 510)
    expect(breaker.admits(510)).toBe(true)
  })

  test('is not told anything by attempts that began before it opened, or at the breaker before it', () => {
    const { breaker, attempts } = createBreaker({ trials: 1 })
    const early = breaker.begin()
    attempts('----', 0)
    breaker.look(500)
    breaker.end(early, true, 500)
    expect(breaker.state).toBe('half-open')
    const next = createBreaker({ minRequests: 1 }).breaker
    next.end(early, false, 500)
    expect(next.state).toBe('closed')
  })
})
