import type { Report, TargetHealth, TargetTraffic } from '@switchyard/core/node-protocol'

/** What a node reports that has nothing to say, but for these fields. */
export const reportOf = (fields: Partial<Report> = {}): Report => ({
  node: 'one',
  instance: 'instance-1',
  version: '0.1.0',
  startedAt: new Date(0).toISOString(),
  serving: null,
  outcome: null,
  workers: [],
  listeners: [],
  targets: [],
  upstreams: [],
  events: [],
  ...fields,
})

/** Target `a` of `shop`, which is well and has had no traffic, but for these fields. */
export const targetOf = (fields: Partial<TargetTraffic> = {}): TargetTraffic => ({
  upstream: 'shop',
  target: 'a',
  requests: 0,
  failures: 0,
  inFlight: 0,
  tunnels: 0,
  health: healthOf(),
  ...fields,
})

export const healthOf = (fields: Partial<TargetHealth> = {}): TargetHealth => ({
  state: 'healthy',
  since: new Date(0).toISOString(),
  effectiveWeight: 1,
  eligibleWorkers: 1,
  ...fields,
})
