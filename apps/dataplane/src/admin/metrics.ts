import type { NodeState } from '../node/node-state.ts'
import type { ProcessState } from '../process-state.ts'
import type { SeriesSnapshot } from '../traffic/observe/metrics.ts'
import { family, labels, type Sample } from './exposition.ts'
import { formatHealth } from './health-metrics.ts'
import { formatTraffic } from './traffic-metrics.ts'

/**
 * A node's state and what it has counted, in the text format of Prometheus, version 0.0.4. Labels are ids of the configuration and indexes of workers,
 * so their number is bounded by what operators write, never by what clients send.
 */
export function formatMetrics(state: NodeState, supervisor: ProcessState, series: readonly SeriesSnapshot[]): string {
  const { revision, outcome, control } = state
  const targets = state.upstreams.flatMap(({ id, targets }) =>
    targets.map((target) => ({ target, labels: labels({ upstream: id, target: target.id }) })),
  )
  const perTarget = (read: (target: (typeof targets)[number]['target']) => number): Sample[] =>
    targets.map(({ target, labels }) => [read(target), labels])
  const processes: [string | number, ProcessState][] = [
    ['supervisor', supervisor],
    ...state.workers.map((worker): [number, ProcessState] => [worker.id, worker]),
  ]
  // Of a worker that took the place of another it goes on where that one was.
  const cpuOfWorkers = series.flatMap(([key, [seconds = 0]]): Sample[] => {
    const [kind, worker = ''] = key.split(' ')
    return kind === 'cpu' ? [[seconds, labels({ worker })]] : []
  })
  const perProcess = (read: (process: ProcessState) => number): Sample[] =>
    processes.map(([worker, process]) => [read(process), labels({ worker })])

  return [
    family('build_info', 'gauge', 'What runs.', [[1, labels({ version: state.version, node: state.node })]]),
    family('start_time_seconds', 'gauge', 'When the node started.', [[Date.parse(state.startedAt) / 1000]]),
    family('ready', 'gauge', 'Whether a revision serves and the node is not shutting down.', [[Number(state.ready)]]),
    family('revision_number', 'gauge', 'The revision that every worker serves.', revision ? [[revision.number]] : []),
    family('revision_age_seconds', 'gauge', 'Since it was published.', revision ? [[revision.ageSeconds]] : []),
    family(
      'last_apply_success',
      'gauge',
      'Whether the latest revision was applied.',
      outcome ? [[Number(outcome.status === 'applied')]] : [],
    ),
    family(
      'last_apply_timestamp_seconds',
      'gauge',
      'When the latest revision was applied or rejected.',
      outcome ? [[Date.parse(outcome.at) / 1000]] : [],
    ),
    family(
      'last_apply_duration_seconds',
      'gauge',
      'How long the latest revision took to serve on every worker.',
      outcome?.status === 'applied' ? [[outcome.ms / 1000]] : [],
    ),
    family(
      'control_connected',
      'gauge',
      'Whether the control plane is connected.',
      control ? [[Number(control.connected)]] : [],
    ),
    family('workers', 'gauge', 'Workers that serve.', [[state.workers.filter((worker) => worker.revision > 0).length]]),
    family('worker_restarts_total', 'counter', 'Workers that ended and were replaced.', [[state.workerRestarts]]),
    family(
      'runtimes',
      'gauge',
      'Runtimes in memory; 1 when nothing of an older revision is left.',
      state.workers.map((worker) => [worker.runtimes, labels({ worker: worker.id })]),
    ),
    family(
      'listener_connections',
      'gauge',
      'Open client connections.',
      state.listeners.map(({ id, connections }) => [connections, labels({ listener: id })]),
    ),
    family(
      'target_requests_total',
      'counter',
      'Attempts sent to the target.',
      perTarget((target) => target.requests),
    ),
    family(
      'target_failures_total',
      'counter',
      'Attempts that failed.',
      perTarget((target) => target.failures),
    ),
    family(
      'target_in_flight',
      'gauge',
      'Attempts that are not finished.',
      perTarget((target) => target.inFlight),
    ),
    family(
      'target_connections',
      'gauge',
      'Open connections to the target.',
      perTarget((target) => target.connections),
    ),
    family(
      'target_tunnels',
      'gauge',
      'Open WebSockets.',
      perTarget((target) => target.tunnels),
    ),
    family(
      'target_weight',
      'gauge',
      'Its weight in the configuration.',
      perTarget((target) => target.weight),
    ),
    family(
      'target_eligible',
      'gauge',
      'Whether it may be picked now.',
      perTarget((target) => Number(target.eligible)),
    ),
    family(
      'heap_used_bytes',
      'gauge',
      'JavaScript heap in use.',
      perProcess((process) => process.heapUsed),
    ),
    family(
      'resident_memory_bytes',
      'gauge',
      'Memory of the process.',
      perProcess((process) => process.rss),
    ),
    family(
      'event_loop_delay_seconds',
      'gauge',
      'How late the event loop was, 99th percentile since the last look.',
      perProcess((process) => process.loopDelayMs / 1000),
    ),
    family('cpu_seconds_total', 'counter', 'CPU time, of user and system.', [
      [supervisor.cpuSeconds, labels({ worker: 'supervisor' })],
      ...cpuOfWorkers,
    ]),
    family(
      'worker_overloaded',
      'gauge',
      'Whether the worker refuses new requests because of its heap or its event loop.',
      state.workers.map(({ id, overloaded }) => [Number(overloaded), labels({ worker: id })]),
    ),
    formatHealth(state, series),
    formatTraffic(series),
  ].join('')
}
