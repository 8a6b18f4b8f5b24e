import { expect, test } from 'vitest'
import { calmUpstream, idleTarget } from '../testing/target-state.ts'
import type { UpstreamState } from '../traffic/traffic.ts'
import { describeLeaving, describeUpstreams } from './describe-upstreams.ts'

const counters = { of: () => ({ requests: 7, failures: 1 }) }
const unjudged = { describeTarget: () => undefined, describeUpstream: () => undefined }
const startedAt = '2026-01-01T00:00:00.000Z'
const worker = (upstreams: UpstreamState[], leaving: object[] = []) => ({
  traffic: { upstreams, leaving: leaving.map((one) => ({ ...idleTarget('x'), upstream: 'shop', ...one })) },
})
const shop = (targets: object[], fields: Partial<UpstreamState> = {}): UpstreamState => ({
  ...calmUpstream,
  id: 'shop',
  targets: targets.map((fields, index) => ({ ...idleTarget('ab'[index] ?? ''), ...fields })),
  ...fields,
})
const describe = (workers: ReturnType<typeof worker>[], health: Parameters<typeof describeUpstreams>[2] = unjudged) =>
  describeUpstreams(workers, counters, health, startedAt)

test('what is open is added up over the workers, weights and latencies are means, counts go on', () => {
  const [upstream] = describe([
    worker([shop([{ effectiveWeight: 4, inFlight: 1, tunnels: 2, connections: 3, latencyMs: 10, drainLeftMs: 5 }])]),
    worker([shop([{ effectiveWeight: 1, inFlight: 2, eligible: false, latencyMs: null, drainLeftMs: 8 }])]),
    worker([shop([{ effectiveWeight: 0, inFlight: 0, latencyMs: 31, drainLeftMs: null }])]),
  ])
  expect(upstream?.targets).toEqual([
    {
      ...idleTarget('a'),
      effectiveWeight: 1.667,
      eligibleWorkers: 2,
      inFlight: 3,
      tunnels: 2,
      connections: 3,
      latencyMs: 20.5,
      drainLeftMs: 8,
      requests: 7,
      failures: 1,
      health: { state: 'unknown', since: startedAt, effectiveWeight: 1.667, eligibleWorkers: 2 },
    },
  ])
})

test('health is what was judged, for the target with this address', () => {
  const health = {
    describeUpstream: () => ({ tier: 2, noneEligible: 'fail', fairness: 1.5 }),
    describeTarget: (upstream: string, id: string, url: string, picked: object) => ({
      state: 'healthy' as const,
      since: `${upstream} ${id} ${url}`,
      ...(picked as { effectiveWeight: number; eligibleWorkers: number }),
    }),
  }
  expect(describe([worker([shop([{}])])], health)).toMatchObject([
    { tier: 2, noneEligible: 'fail', fairness: 1.5, targets: [{ health: { since: 'shop a http://a' } }] },
  ])
})

test('of the breakers the worst is told, and how many are open', () => {
  const at = (state: 'closed' | 'half-open' | 'open', inFlight: number) =>
    worker([shop([], { breaker: { state, inFlight, pending: 1 } })])
  const breakerOf = (...workers: ReturnType<typeof worker>[]) => describe(workers)[0]?.breaker
  expect(breakerOf(at('closed', 1), at('open', 2), at('half-open', 3), at('open', 0))).toEqual({
    state: 'open',
    openWorkers: 2,
    inFlight: 6,
    pending: 4,
  })
  expect(breakerOf(at('closed', 0), at('half-open', 0))?.state).toBe('half-open')
  expect(breakerOf(worker([shop([])]))).toBeNull()
})

test('what is leaving is added up over the workers, by address', () => {
  const leaving = describeLeaving([
    worker([], [{ id: 'a', url: 'http://a', inFlight: 1, tunnels: 1, drainLeftMs: 100 }]),
    worker(
      [],
      [
        { id: 'a', url: 'http://a', inFlight: 2, tunnels: 0, drainLeftMs: 90 },
        { id: 'a', url: 'http://b' },
      ],
    ),
  ])
  expect(leaving).toEqual([
    { upstream: 'shop', id: 'a', url: 'http://a', inFlight: 3, tunnels: 1, drainLeftMs: 100 },
    { upstream: 'shop', id: 'a', url: 'http://b', inFlight: 0, tunnels: 0, drainLeftMs: null },
  ])
})
