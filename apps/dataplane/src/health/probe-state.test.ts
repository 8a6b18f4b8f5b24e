import { expect, test } from 'vitest'
import { ProbeState } from './probe-state.ts'

const thresholds = { healthyThreshold: 2, unhealthyThreshold: 3 }
const why = { code: 'bad_status', detail: 'status 503' } as const
const judge = (state: ProbeState, results: string, now = 0) =>
  [...results].map((result) => state.judge(result === '.' ? undefined : why, thresholds, now))

test('of a target of which nothing is known, one good answer is enough, and several bad ones are needed', () => {
  const good = new ProbeState(0)
  expect(judge(good, '.')).toEqual([{ firstFailure: false, before: 'unknown', changed: true }])
  expect(good).toMatchObject({ state: 'healthy', unsettled: false })
  const bad = new ProbeState(0)
  judge(bad, 'ff')
  expect(bad).toMatchObject({ state: 'unknown', unsettled: true, cause: why })
  judge(bad, 'f', 5)
  expect(bad).toMatchObject({ state: 'unhealthy', since: 5 })
})

test('it takes several results in a row to change a state', () => {
  const state = new ProbeState(0)
  judge(state, '.ff.ff.')
  expect(state.state).toBe('healthy')
  judge(state, 'fff')
  expect(state.state).toBe('unhealthy')
  judge(state, '.f.f')
  expect(state.state).toBe('unhealthy')
  judge(state, '..')
  expect(state).toMatchObject({ state: 'healthy', cause: undefined })
})

test('the first failure after a good result is told, whatever the state', () => {
  const state = new ProbeState(0)
  expect(judge(state, '.ff.f').map(({ firstFailure }) => firstFailure)).toEqual([false, true, false, false, true])
})

test('a state in doubt is not settled: the last result is another one', () => {
  const state = new ProbeState(0)
  judge(state, '.f')
  expect(state).toMatchObject({ state: 'healthy', unsettled: true, cause: why })
  judge(state, '.')
  expect(state).toMatchObject({ unsettled: false, cause: undefined })
})

test('why it is unhealthy stays known while it recovers', () => {
  const state = new ProbeState(0)
  judge(state, 'fff.')
  expect(state).toMatchObject({ state: 'unhealthy', cause: why })
})

test('a target that nobody asks any more is unknown', () => {
  const state = new ProbeState(0)
  judge(state, 'fff')
  state.forget(9)
  expect(state).toMatchObject({ state: 'unknown', since: 9, cause: undefined })
  judge(state, 'ff')
  expect(state.state).toBe('unknown')
})
