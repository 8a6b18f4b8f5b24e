import { expect, test } from 'vitest'
import type { NodeState } from '../node/node-state.ts'
import { formatMetrics } from './metrics.ts'

const self = { heapUsed: 1000, rss: 2000, loopDelayMs: 1.5 }
const state: NodeState = {
  node: 'say "hi"\\',
  instance: 'instance-1',
  version: '1.2.3',
  pid: 1,
  startedAt: '2026-01-01T00:00:00.000Z',
  uptimeSeconds: 10,
  ready: true,
  shuttingDown: false,
  revision: { number: 7, hash: 'h', since: '', source: 'control', publishedAt: '', ageSeconds: 12 },
  outcome: { status: 'applied', number: 7, hash: 'h', ms: 20, at: '2026-01-01T00:00:05.000Z' },
  control: { url: 'http://127.0.0.1:4000', connected: true, since: '' },
  file: null,
  lastGood: null,
  workers: [
    { id: 0, pid: 2, startedAt: '', revision: 7, runtimes: 1, sockets: { clients: 3, targets: 2 }, ...self },
    { id: 1, pid: 3, startedAt: '', revision: 0, runtimes: 0, sockets: { clients: 0, targets: 0 }, ...self },
  ],
  workerRestarts: 1,
  listeners: [{ id: 'web', address: '0.0.0.0', port: 8080, connections: 3 }],
  upstreams: [
    {
      id: 'shop',
      strategy: 'random',
      targets: [
        {
          id: 'a',
          url: 'http://10.0.0.7',
          weight: 5,
          effectiveWeight: 5,
          eligible: true,
          eligibleWorkers: 2,
          draining: false,
          requests: 40,
          failures: 2,
          inFlight: 1,
          connections: 2,
          tunnels: 0,
        },
      ],
    },
  ],
}

test('every metric has its help, its type and then its samples, as Prometheus reads them', () => {
  const text = formatMetrics(state, self)
  let family = ''
  for (const line of text.trimEnd().split('\n')) {
    const comment = /^# (?:HELP|TYPE) (\w+) \S.*$/.exec(line)
    const sample = /^(\w+)(?:\{\w+="(?:[^"\\\n]|\\["\\n])*"(?:,\w+="(?:[^"\\\n]|\\["\\n])*")*\})? -?\d\S*$/.exec(line)
    if (comment?.[1]) family = comment[1]
    else expect(sample?.[1], line).toBe(family)
  }
  expect(new Set(text.match(/^# TYPE \w+/gm)).size).toBe(text.match(/^# TYPE /gm)?.length)
})

test('the numbers are those of the state', () => {
  const lines = formatMetrics(state, self).split('\n')
  expect(lines).toEqual(
    expect.arrayContaining([
      'switchyard_build_info{version="1.2.3",node="say \\"hi\\"\\\\"} 1',
      'switchyard_revision_number 7',
      'switchyard_last_apply_success 1',
      'switchyard_last_apply_duration_seconds 0.02',
      'switchyard_control_connected 1',
      'switchyard_workers 1',
      'switchyard_worker_restarts_total 1',
      'switchyard_listener_connections{listener="web"} 3',
      'switchyard_target_requests_total{upstream="shop",target="a"} 40',
      'switchyard_target_failures_total{upstream="shop",target="a"} 2',
      'switchyard_event_loop_delay_seconds{worker="supervisor"} 0.0015',
    ]),
  )
})

test('what is not known is left out, and no address of a target is told', () => {
  const text = formatMetrics(
    { ...state, revision: null, outcome: null, control: null, workers: [], upstreams: [] },
    self,
  )
  expect(text).not.toMatch(/revision_number|last_apply|control_connected/)
  expect(formatMetrics(state, self)).not.toContain('10.0.0.7')
})
