import { expect, test } from 'vitest'
import { ProbeSeries } from '../health/probe-series.ts'
import type { NodeState } from '../node/node-state.ts'
import { calmUpstream, idleTarget } from '../testing/target-state.ts'
import { Metrics } from '../traffic/observe/metrics.ts'
import { formatMetrics } from './metrics.ts'
import { parseExposition } from './testing/parse-exposition.ts'

const self = { heapUsed: 1000, rss: 2000, loopDelayMs: 1.5, cpuSeconds: 0.25 }
const worker = { ...self, startedAt: '', runtimes: 0, sockets: { clients: 0, targets: 0 }, overloaded: false }
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
    { ...worker, id: 0, pid: 2, revision: 7, runtimes: 1, sockets: { clients: 3, targets: 2 } },
    { ...worker, id: 1, pid: 3, revision: 0, overloaded: true },
  ],
  workerRestarts: 1,
  listeners: [{ id: 'web', address: '0.0.0.0', port: 8080, connections: 3 }],
  upstreams: [
    {
      ...calmUpstream,
      id: 'shop',
      noneEligible: 'use-all',
      tier: 1,
      breaker: { state: 'half-open', openWorkers: 0, inFlight: 0, pending: 0 },
      fairness: 1.25,
      targets: [
        {
          ...idleTarget('a', 'http://10.0.0.7'),
          weight: 5,
          effectiveWeight: 2.5,
          eligibleWorkers: 2,
          ramp: 0.5,
          requests: 40,
          failures: 2,
          inFlight: 1,
          connections: 2,
          health: { state: 'ejected', since: '2026-01-01T00:00:00.000Z', effectiveWeight: 2.5, eligibleWorkers: 2 },
        },
        { ...idleTarget('b'), health: { ...idleTarget('b').health, state: 'unhealthy' } },
        idleTarget('c'),
      ],
    },
  ],
  leaving: [],
  events: [],
}

/** What a worker has counted after a busy minute. */
function busy(): Metrics {
  const metrics = new Metrics()
  const requests = metrics.requests('web', 'shop', 'shop')
  for (const [status, ms] of [
    [200, 0.4],
    [204, 1],
    [404, 3],
    [502, 61_000],
    [0, 12],
  ] as const) {
    requests.started()
    requests.finished(status, ms, 10, 100)
  }
  requests.started()
  metrics.requests('web', 'hello', '').started()
  const upstream = metrics.upstream('shop')
  upstream.attempted(2)
  upstream.retried('stale')
  upstream.queued()
  upstream.queued()
  upstream.unqueued(true)
  upstream.queueFull()
  upstream.budgetExhausted()
  const listener = metrics.listener('web')
  listener.accepted()
  listener.handshake(true)
  listener.handshake(false)
  listener.turnedAway('client_full')
  listener.refused('no_route')
  metrics.terminated('completed')
  metrics.terminated('client_gone')
  metrics.shed()
  metrics.logLinesDropped(3)
  return metrics
}

test('a scraper of Prometheus reads every line, and each metric has its help and its type', () => {
  const metrics = parseExposition(formatMetrics(state, self, busy().snapshot(0).series))
  expect(metrics.size).toBeGreaterThan(40)
  for (const [name, { type }] of metrics) {
    expect(name).toMatch(/^switchyard_[a-z_]+$/)
    expect(name.endsWith('_total'), name).toBe(type === 'counter')
  }
})

test('the numbers are those of the state', () => {
  const lines = formatMetrics(state, self, [['cpu 0', [1.5], []]]).split('\n')
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
      'switchyard_worker_overloaded{worker="1"} 1',
      'switchyard_cpu_seconds_total{worker="supervisor"} 0.25',
      'switchyard_cpu_seconds_total{worker="0"} 1.5',
    ]),
  )
})

test('the numbers are those that were counted', () => {
  const lines = formatMetrics(state, self, busy().snapshot(0).series).split('\n')
  const of = 'listener="web",route="shop",upstream="shop"'
  expect(lines).toEqual(
    expect.arrayContaining([
      `switchyard_requests_total{${of},status="2xx"} 2`,
      `switchyard_requests_total{${of},status="5xx"} 1`,
      `switchyard_requests_total{${of},status="none"} 1`,
      `switchyard_requests_in_flight{${of}} 1`,
      'switchyard_requests_in_flight{listener="web",route="hello",upstream=""} 1',
      `switchyard_request_body_bytes_total{${of}} 50`,
      `switchyard_response_body_bytes_total{${of}} 500`,
      `switchyard_request_duration_seconds_bucket{${of},le="0.001"} 2`,
      `switchyard_request_duration_seconds_bucket{${of},le="0.0025"} 2`,
      `switchyard_request_duration_seconds_bucket{${of},le="0.005"} 3`,
      `switchyard_request_duration_seconds_bucket{${of},le="60"} 4`,
      `switchyard_request_duration_seconds_bucket{${of},le="+Inf"} 5`,
      `switchyard_request_duration_seconds_sum{${of}} 61.0164`,
      `switchyard_request_duration_seconds_count{${of}} 5`,
      'switchyard_attempt_duration_seconds_bucket{upstream="shop",le="0.0025"} 1',
      'switchyard_retries_total{upstream="shop",reason="stale"} 1',
      'switchyard_retry_budget_exhausted_total{upstream="shop"} 1',
      'switchyard_queue_length{upstream="shop"} 1',
      'switchyard_queue_timeouts_total{upstream="shop"} 1',
      'switchyard_queue_full_total{upstream="shop"} 1',
      'switchyard_connections_accepted_total{listener="web"} 1',
      'switchyard_connections_refused_total{listener="web",reason="client_full"} 1',
      'switchyard_tls_handshakes_total{listener="web",result="ok"} 1',
      'switchyard_tls_handshakes_total{listener="web",result="failed"} 1',
      'switchyard_requests_refused_total{listener="web",code="no_route"} 1',
      'switchyard_requests_terminated_total{reason="client_gone"} 1',
      'switchyard_requests_shed_total 1',
      'switchyard_access_log_lines_dropped_total 3',
    ]),
  )
  expect(lines.some((line) => line.includes('"3xx"') || line.includes('"completed"'))).toBe(false)
})

test('what is not known is left out, and no address of a target is told', () => {
  const text = formatMetrics(
    { ...state, revision: null, outcome: null, control: null, workers: [], upstreams: [] },
    self,
    [],
  )
  expect(text).not.toMatch(/revision_number|last_apply|control_connected/)
  expect(formatMetrics(state, self, [])).not.toContain('10.0.0.7')
})

test('how targets are and how that was found out is told by upstream and target', () => {
  const probes = new ProbeSeries()
  probes.probed(true, 12)
  probes.probed(false, 3000)
  const series = [['probes shop', probes.counters, []] as const, ['ejections shop', [3], []] as const]
  const metrics = parseExposition(formatMetrics(state, self, series))
  const all = (name: string) =>
    (metrics.get(`switchyard_${name}`)?.samples ?? []).map(({ labels, value }) => [
      labels['target'] ?? labels['result'] ?? labels['upstream'],
      value,
    ])
  expect(all('target_healthy')).toEqual([['b', 0]])
  expect(all('target_ejected')).toEqual([
    ['a', 1],
    ['b', 0],
    ['c', 0],
  ])
  expect(all('target_effective_weight')[0]).toEqual(['a', 2.5])
  expect(all('target_ramp')[0]).toEqual(['a', 0.5])
  expect(all('upstream_none_eligible')).toEqual([['shop', 1]])
  expect(all('upstream_tier')).toEqual([['shop', 1]])
  expect(all('upstream_breaker_state')).toEqual([['shop', 1]])
  expect(all('upstream_fairness')).toEqual([['shop', 1.25]])
  expect(all('probes_total')).toEqual([
    ['good', 1],
    ['failed', 1],
  ])
  expect(all('ejections_total')).toEqual([['shop', 3]])
  expect(metrics.get('switchyard_probe_duration_seconds')?.samples.at(-1)?.value).toBe(2)
})
