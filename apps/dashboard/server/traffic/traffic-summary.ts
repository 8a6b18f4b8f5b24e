export interface TargetSummary {
  /** Attempts of the last minute. */
  requests: number
  /** Of the upstream's attempts of the last minute, 0 to 1. */
  share: number
  requestsPerSecond: number
  /** Failed attempts of the last minute. */
  failures: number
  /** Now. */
  inFlight: number
  /** Now. */
  tunnels: number
}

export interface UpstreamSummary {
  requestsPerSecond: number
  targets: Record<string, TargetSummary>
}

/** What all nodes together did over the last minute, by upstream and target id. */
export interface TrafficSummary {
  windowMs: number
  upstreams: Record<string, UpstreamSummary>
}
