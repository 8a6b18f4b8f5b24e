import { reportSchema } from '@switchyard/core/node-protocol'
import { expect, test } from 'vitest'
import { cause } from '../health/cause.ts'
import { calmUpstream, idleTarget } from '../testing/target-state.ts'
import type { NodeState } from './node-state.ts'
import { reportedEvents, toReport } from './report.ts'

const state: NodeState = {
  node: 'one',
  instance: 'instance-1',
  version: '0.1.0',
  pid: 1,
  startedAt: '2026-01-01T00:00:00Z',
  uptimeSeconds: 1,
  ready: true,
  shuttingDown: false,
  revision: null,
  outcome: null,
  control: null,
  file: null,
  lastGood: null,
  workers: [],
  workerRestarts: 0,
  listeners: [],
  upstreams: [],
  leaving: [],
  events: [],
}

test('whatever a node has to say, the control plane takes it', () => {
  const long = 'x'.repeat(10_000)
  const outcome = {
    status: 'rejected' as const,
    number: 1,
    hash: '0'.repeat(64),
    at: '2026-01-01T00:00:00Z',
    code: 'invalid',
    message: long,
    problems: [{ path: long, message: long, line: 3 }],
  }
  const upstreams = Array.from({ length: 12 }, (_, i) => ({
    ...calmUpstream,
    id: `u${i}`,
    targets: Array.from({ length: 10_000 }, () => idleTarget('a')),
  }))
  const events = Array.from({ length: reportedEvents }, (_, i) => ({
    seq: i + 1,
    at: '2026-01-01T00:00:00.000Z',
    type: 'probe-failed' as const,
    upstream: 'u0',
    target: 'a',
    cause: cause('bad_response', long),
  }))
  const report = toReport({ ...state, outcome, upstreams }, events)
  expect(reportSchema.parse(report).outcome).toMatchObject({
    status: 'rejected',
    problems: [{ path: expect.any(String) }],
  })
  expect(report.targets[0]).toMatchObject({ upstream: 'u0', target: 'a', requests: 0, health: { state: 'unknown' } })
  expect(report.upstreams[0]).toMatchObject({ upstream: 'u0', noneEligible: null, tier: 0 })
  expect(report.events).toHaveLength(reportedEvents)
})
