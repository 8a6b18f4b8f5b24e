import { expect, test } from 'vitest'
import { type TargetFacts, targetState, targetStateKind, weightNow } from './target-state.ts'
import type { TargetHealth } from './trpc.ts'

const since = '2026-01-01T00:00:00.000Z'
type NodeHealth = TargetHealth['nodes'][number]['health']

const node = (health: Partial<NodeHealth> = {}): NodeHealth => ({
  state: 'healthy',
  since,
  effectiveWeight: 4,
  eligibleWorkers: 1,
  ...health,
})

function view(nodes: NodeHealth[], over: Partial<TargetHealth> = {}): TargetHealth {
  const [first = node()] = nodes
  return {
    state: nodes.find(({ state }) => state !== 'healthy')?.state ?? first.state,
    since: first.since,
    effectiveWeight: first.effectiveWeight,
    draining: null,
    slowStartUntil: null,
    nodes: nodes.map((health, i) => ({ node: `node-${i}`, health })),
    ...over,
  }
}

const facts = (health: TargetHealth | undefined, over: Partial<TargetFacts> = {}): TargetFacts => ({
  target: { weight: 4 },
  health,
  heard: true,
  probed: true,
  served: 4,
  traffic: undefined,
  ...over,
})
const word = (health: TargetHealth | undefined, over?: Partial<TargetFacts>) => targetState(facts(health, over)).word
const kind = (health: TargetHealth | undefined, over?: Partial<TargetFacts>) =>
  targetStateKind(targetState(facts(health, over)))

test('a target that probes say is well is healthy, since then', () => {
  expect(targetState(facts(view([node()])))).toEqual({ word: 'healthy', since })
  expect(kind(view([node()]))).toBe('ok')
})

test('what all nodes say has failed, what some of them say asks for attention', () => {
  const bad = node({ state: 'unhealthy', cause: { code: 'bad_status', detail: 'status 503' } })
  expect(targetState(facts(view([bad, node()])))).toEqual({ word: 'unhealthy', nodes: 1, of: 2 })
  expect(kind(view([bad, node()]))).toBe('attention')
  expect(kind(view([bad, bad]))).toBe('failed')
})

test('an ejected target says when the last node takes it back', () => {
  const out = (ejectedUntil: string) => node({ state: 'ejected', ejectedUntil })
  const state = targetState(facts(view([out('2026-01-01T00:00:10.000Z'), out('2026-01-01T00:00:20.000Z')])))
  expect(state).toMatchObject({ word: 'ejected', until: '2026-01-01T00:00:20.000Z' })
})

test('a target that is used although it is not well is no failure, since it takes requests', () => {
  expect(kind(view([node({ state: 'unhealthy', exempt: true })]))).toBe('attention')
  expect(word(view([node({ state: 'unhealthy', exempt: true }), node({ state: 'unhealthy' })]))).toBe('unhealthy')
})

test('slow start says how much of the weight counts', () => {
  const slow = view([node()], { slowStartUntil: since, effectiveWeight: 1 })
  expect(targetState(facts(slow))).toEqual({ word: 'slowStart', percent: 25 })
})

test('a draining target says what it still serves, then that it is done', () => {
  const draining = (inFlight: number) => view([node()], { draining: { inFlight, tunnels: 1, until: since } })
  expect(targetState(facts(draining(2), { target: { drain: true } }))).toEqual({
    word: 'draining',
    left: 3,
    until: since,
  })
  const done = view([node()], { draining: { inFlight: 0, tunnels: 0, until: null } })
  expect(word(done, { target: { drain: true } })).toBe('drained')
})

test('what is only in the draft is told as such', () => {
  expect(word(view([node()]), { target: { drain: true } })).toBe('toDrain')
  expect(word(undefined)).toBe('notPublished')
  expect(word(undefined, { heard: false })).toBe('notHeard')
})

test('where nobody asks, an unknown state is nothing to worry about', () => {
  expect(kind(view([node({ state: 'unknown' })]), { probed: false })).toBe('ok')
  expect(kind(view([node({ state: 'unknown' })]))).toBe('unknown')
})

test('the weight that counts is shown only where it is another one', () => {
  expect(weightNow(view([node()]), 4)).toBeUndefined()
  expect(weightNow(view([node({ effectiveWeight: 1.2345 })]), 4)).toBe(1.23)
  expect(
    weightNow(view([node({ effectiveWeight: 0 })], { draining: { inFlight: 0, tunnels: 0, until: null } }), 4),
  ).toBe(undefined)
})
