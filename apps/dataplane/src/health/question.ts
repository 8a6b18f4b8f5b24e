import type { Upstream } from '@switchyard/core/config/model'
import type { Cause } from '@switchyard/core/target-events'
import type { Endpoint } from '../traffic/open-socket.ts'
import type { UpstreamTls } from '../traffic/tls/target-tls.ts'
import { ProbeTls } from './probe-tls.ts'

export type ProbeConfig = NonNullable<Upstream['health']['active']>

/** Whom a probe asks, and what. */
export interface Question {
  readonly config: ProbeConfig
  readonly endpoint: Endpoint
  /** The Host by which the target knows itself. */
  readonly authority: string
  /** Undefined where TLS is not spoken. */
  readonly tls: ProbeTls | undefined
}

/** Of several answers the first counts. */
export type Answered = (why: Cause | undefined) => void

/** @param rules by which the targets of the upstream are spoken to where their addresses say https */
export function questionOf(url: string, config: ProbeConfig, rules: UpstreamTls): Question {
  const { protocol, hostname, port, host: authority } = new URL(url)
  const secure = protocol === 'https:'
  const host = hostname.replace(/^\[|\]$/g, '')
  return {
    config,
    endpoint: { host, port: config.port ?? (Number(port) || (secure ? 443 : 80)) },
    authority,
    tls: secure ? new ProbeTls(rules, host, config.type === 'grpc' ? 'h2' : 'http/1.1') : undefined,
  }
}
