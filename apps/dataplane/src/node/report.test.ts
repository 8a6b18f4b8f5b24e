import { reportSchema } from '@switchyard/core/node-protocol'
import { expect, test } from 'vitest'
import type { NodeState, TargetView } from './node-state.ts'
import { toReport } from './report.ts'

const target: TargetView = {
  id: 'a',
  url: 'http://127.0.0.1:1',
  weight: 1,
  effectiveWeight: 1,
  eligible: true,
  draining: false,
  requests: 1,
  failures: 0,
  inFlight: 0,
  connections: 0,
  tunnels: 0,
  eligibleWorkers: 1,
}
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
    id: `u${i}`,
    strategy: 'random',
    targets: Array.from({ length: 10_000 }, () => target),
  }))
  const report = toReport({ ...state, outcome, upstreams })
  expect(reportSchema.parse(report).outcome).toMatchObject({
    status: 'rejected',
    problems: [{ path: expect.any(String) }],
  })
  expect(report.targets[0]).toMatchObject({ upstream: 'u0', target: 'a', requests: 1 })
})
