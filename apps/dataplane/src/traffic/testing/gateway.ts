import type { Config } from '@switchyard/core/config/model'
import { parseConfig } from '@switchyard/core/config/parse'
import type { Log } from '@switchyard/core/middleware/contract'
import { model } from '@switchyard/middleware/model'
import type { AccessEntry } from '../observe/access-entry.ts'
import type { Metrics } from '../observe/metrics.ts'
import { createObserver } from '../observe/observer.ts'
import { createTraffic, type Traffic, type TrafficOptions } from '../traffic.ts'

/** What was logged, for tests that look at it. */
interface RecordedLog extends Log {
  readonly entries: { readonly level: string; readonly object: object; readonly message: string }[]
}

function recordLog(): RecordedLog {
  const entries: RecordedLog['entries'] = []
  const at = (level: string) => (object: object, message: string) => void entries.push({ level, object, message })
  return { entries, debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') }
}

/** What the access log was told of an exchange, at the time when it was over. */
export interface Recorded {
  readonly id: string
  readonly status: number
  readonly termination: string
  readonly target: string | undefined
  readonly attempts: number
  readonly bytesIn: number
  readonly bytesOut: number
}

function recordAccess({ id, status, termination, target, attempts, bytesIn, bytesOut }: AccessEntry): Recorded {
  return { id, status, termination, target: target?.id, attempts, bytesIn, bytesOut }
}

/** A document as a person would write it: everything that has a default may be left out. */
export type Written = Record<string, unknown>

export function configOf(document: Written): Config {
  const parsed = parseConfig(model, { switchyard: 1, ...document })
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems))
  return parsed.value as Config
}

/** An engine that serves a document on a free port of the loopback. */
export interface Gateway {
  readonly traffic: Traffic
  readonly log: RecordedLog
  /** Every exchange that is over. */
  readonly access: readonly Recorded[]
  readonly metrics: Metrics
  /** Of the first listener. */
  readonly port: number
  readonly url: string
  publish(document: Written): Promise<void>
  [Symbol.asyncDispose](): Promise<void>
}

const listeners = [{ id: 'web', address: '127.0.0.1', port: 0 }]

interface GatewayOptions extends Partial<TrafficOptions> {
  /** The values of secrets that documents name. */
  readonly secrets?: Map<string, string>
}

export async function startGateway(document: Written, { secrets, ...options }: GatewayOptions = {}): Promise<Gateway> {
  const log = recordLog()
  const access: Recorded[] = []
  const accessLog = { write: (entry: AccessEntry) => void access.push(recordAccess(entry)) }
  const observer = options.observer ?? createObserver({ accessLog })
  const traffic = createTraffic({ log, ...options, observer })
  let number = 0
  async function publish(next: Written): Promise<void> {
    number++
    const config = configOf({ listeners, ...next })
    const prepared = await traffic.prepare({ number, hash: String(number), config, ...(secrets && { secrets }) })
    prepared.commit()
  }
  await publish(document)
  const port = traffic.state().listeners[0]?.port ?? 0
  return {
    traffic,
    log,
    access,
    metrics: observer.metrics,
    port,
    url: `http://127.0.0.1:${port}`,
    publish,
    [Symbol.asyncDispose]: async () => traffic.destroy(),
  }
}

/** A document that sends everything to these URLs, in turn. */
export function forwardTo(urls: string | readonly string[], upstream: Written = {}, route: Written = {}): Written {
  const list = typeof urls === 'string' ? [urls] : urls
  const targets = list.map((url, index) => ({ id: String.fromCharCode(97 + index), url }))
  return {
    upstreams: [{ id: 'app', targets, ...upstream }],
    routes: [{ id: 'all', forward: { upstream: 'app' }, ...route }],
  }
}
