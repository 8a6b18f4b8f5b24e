import { readProbes } from '../health/probe-series.ts'
import type { NodeState, TargetView, UpstreamView } from '../node/node-state.ts'
import { bucketBoundsMs } from '../traffic/observe/histogram.ts'
import type { SeriesSnapshot } from '../traffic/observe/metrics.ts'
import { family, histogram, labels, type Sample } from './exposition.ts'

const boundsSeconds = bucketBoundsMs.map((ms) => ms / 1000)
const breakerStates = { closed: 0, 'half-open': 1, open: 2 } as const

/** How targets are, and how that was found out. */
export function formatHealth({ upstreams }: Pick<NodeState, 'upstreams'>, series: readonly SeriesSnapshot[]): string {
  const targets = upstreams.flatMap(({ id, targets }) =>
    targets.map((target) => ({ target, labels: labels({ upstream: id, target: target.id }) })),
  )
  const perTarget = (name: string, help: string, read: (target: TargetView) => number | undefined): string =>
    family(
      name,
      'gauge',
      help,
      targets.flatMap(({ target, labels }) => sample(read(target), labels)),
    )
  const perUpstream = (name: string, help: string, read: (upstream: UpstreamView) => number | undefined): string =>
    family(
      name,
      'gauge',
      help,
      upstreams.flatMap((upstream) => sample(read(upstream), labels({ upstream: upstream.id }))),
    )
  return [
    perTarget('target_healthy', 'What probes say; nothing while that is not known.', ({ health }) => {
      if (health.state === 'ejected' || health.state === 'unknown') return undefined
      return Number(health.state === 'healthy')
    }),
    perTarget('target_ejected', 'Whether failures of requests have taken it out.', ({ health }) =>
      Number(health.state === 'ejected'),
    ),
    perTarget('target_effective_weight', 'The weight that counts now.', ({ effectiveWeight }) => effectiveWeight),
    perTarget('target_ramp', 'How much of its weight counts in slow start.', ({ ramp }) => ramp),
    perUpstream('upstream_none_eligible', 'Whether no target is eligible by its health.', ({ noneEligible }) =>
      Number(noneEligible !== null),
    ),
    perUpstream('upstream_tier', 'The tier that serves.', ({ tier }) => tier),
    perUpstream(
      'upstream_breaker_state',
      'The worst of all workers: 0 closed, 1 half-open, 2 open.',
      ({ breaker }) => breaker?.state && breakerStates[breaker.state],
    ),
    perUpstream(
      'upstream_fairness',
      'How much more than its expected share the target gets that gets most of that, over the last minute.',
      ({ fairness }) => fairness ?? undefined,
    ),
    formatCounts(series),
  ].join('')
}

function formatCounts(series: readonly SeriesSnapshot[]): string {
  const ofKind = (kind: string) =>
    series.flatMap(([key, counters]) => {
      const [is, upstream = ''] = key.split(' ')
      return is === kind ? [{ upstream, counters }] : []
    })
  const probes = ofKind('probes').map(({ upstream, counters }) => ({ upstream, ...readProbes(counters) }))
  return [
    family(
      'probes_total',
      'counter',
      'Probes of targets, by how they ended.',
      probes.flatMap(({ upstream, good, failed }): Sample[] => [
        [good, labels({ upstream, result: 'good' })],
        [failed, labels({ upstream, result: 'failed' })],
      ]),
    ),
    histogram(
      'probe_duration_seconds',
      'From the beginning of a probe to its result.',
      boundsSeconds,
      probes.map(({ upstream, durations }) => ({ labels: labels({ upstream }), ...durations })),
    ),
    family(
      'ejections_total',
      'counter',
      'Targets taken out because requests failed.',
      ofKind('ejections').map(({ upstream, counters: [count = 0] }): Sample => [count, labels({ upstream })]),
    ),
  ].join('')
}

const sample = (value: number | undefined, labels: string): Sample[] => (value === undefined ? [] : [[value, labels]])
