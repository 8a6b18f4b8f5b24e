import type { Config } from '@switchyard/core/config/model'
import type { Verdict } from '../traffic/traffic.ts'
import { AttemptFailures } from './attempt-failures.ts'
import { Due } from './due-times.ts'
import { Ejection } from './ejection.ts'
import { ProbeState } from './probe-state.ts'

export type UpstreamConfig = Config['upstreams'][number]
export type TargetConfig = UpstreamConfig['targets'][number]

/** What a target is known by. */
export interface TargetName {
  readonly upstream: string
  readonly id: string
  readonly url: string
}

/** Neither ids nor URLs have spaces. */
export const keyOf = (upstream: string, id: string, url: string): string => `${upstream} ${id} ${url}`

/** What comes to its end by time. */
export interface Ending {
  readonly target: JudgedTarget
  readonly what: 'ejection' | 'slow-start'
}

/** What is known of a target. It lives as long as its upstream, its id and its URL stay the same. */
export class JudgedTarget implements TargetName {
  readonly upstream: string
  readonly id: string
  readonly url: string
  /** As the latest revision has it. */
  config: TargetConfig
  /** It came after the node had begun. */
  readonly joined: boolean
  readonly probes: ProbeState
  readonly failures = new AttemptFailures()
  readonly ejection = new Ejection()
  readonly ejectionEnd: Due<Ending> = new Due({ target: this, what: 'ejection' })
  /** Monotonic; undefined while there is none. */
  slowStartSince: number | undefined
  readonly slowStartEnd: Due<Ending> = new Due({ target: this, what: 'slow-start' })
  /** It is the only one that takes traffic: it is not taken out, however it is. */
  sole = false
  /** That it is out is told only once the revision serves that is the reason. */
  held = false
  #toldOut = false
  #toldSlowStart: number | undefined

  constructor(upstream: string, config: TargetConfig, joined: boolean, now: number) {
    this.upstream = upstream
    this.id = config.id
    this.url = config.url
    this.config = config
    this.joined = joined
    this.probes = new ProbeState(now)
  }

  /** As operators have decided; health does not change that. */
  get takesTraffic(): boolean {
    return this.config.weight > 0 && !this.leaves
  }

  /** It is to finish what it has. */
  get leaves(): boolean {
    return !this.config.enabled || this.config.drain
  }

  get tier(): number {
    return this.config.tier
  }

  /** It is not well, whatever follows from that. */
  get unwell(): boolean {
    return this.ejection.until !== undefined || this.probes.state === 'unhealthy'
  }

  /** It is not to be picked, because of its health. */
  get out(): boolean {
    return this.unwell && !this.sole
  }

  /** The workers believe that it is out. */
  get toldOut(): boolean {
    return this.#toldOut
  }

  /** The workers hold something against it. */
  get noteworthy(): boolean {
    return this.#toldOut || this.#toldSlowStart !== undefined
  }

  /** Whether the workers know less than there is; they are told by `verdict`, then. */
  notice(): boolean {
    if (this.out === this.#toldOut && this.slowStartSince === this.#toldSlowStart) return false
    this.#toldOut = this.out
    this.#toldSlowStart = this.slowStartSince
    return true
  }

  /** What the workers were told last, as of now. */
  verdict(now: number): Verdict {
    const { upstream, id: target, url } = this
    const age = this.#toldSlowStart === undefined ? undefined : now - this.#toldSlowStart
    return { upstream, target, url, out: this.#toldOut, ...(age !== undefined && { slowStartAgeMs: age }) }
  }
}
