import { parseConfig } from '@switchyard/core/config/parse'
import type { Cause } from '@switchyard/core/target-events'
import { model } from '@switchyard/middleware/model'
import type { ClassTally, Verdict } from '../../traffic/traffic.ts'
import { describeTarget } from '../describe-health.ts'
import type { NewEvent } from '../event-ring.ts'
import { Keeper } from '../keeper.ts'

export const failed: Cause = { code: 'bad_status', detail: 'status 503' }
export const active = { healthyThreshold: 1, unhealthyThreshold: 1 }
export const passive = { consecutiveFailures: 3, ejectMs: 20_000 }
export const url = (id: string) => `http://${id}:80`
export const written = (id: string, fields: object = {}) => ({ id, url: url(id), ...fields })

/** A keeper with a clock in our hands, and with everything that it says, for tests. */
export class Scene {
  now = 1000
  events: NewEvent[] = []
  verdicts: Verdict[] = []
  readonly keeper = new Keeper({
    onEvent: (event) => this.events.push(event),
    onVerdicts: (verdicts) => this.verdicts.push(...verdicts),
  })
  #revision = 0

  /** The next revision, with these targets of `shop`. */
  apply(targets: object[], fields: object = {}): this {
    this.begin([{ id: 'shop', health: { active, passive }, targets, ...fields }])
    this.keeper.serves(this.now)
    return this
  }

  /** It is about to serve. */
  begin(upstreams: object[]): void {
    const parsed = parseConfig(model, { switchyard: 1, upstreams })
    if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems))
    this.keeper.apply(++this.#revision, parsed.value, this.now)
  }

  probe(id: string, why?: Cause): void {
    const target = this.keeper.upstreams.get('shop')?.target(id, url(id))
    if (!target) throw new Error(`no target ${id}`)
    this.keeper.probed(target, why, this.now)
    this.keeper.settle(this.now)
  }

  /** So many attempts fail, one after the other. */
  fail(id: string, count = 3, at = url(id)): void {
    const all: ClassTally = [count, count, count, count]
    const classes = [all, all, [0, 0, 0, 0]] as const
    this.keeper.attempted([{ upstream: 'shop', target: id, url: at, total: count, classes }], this.now)
  }

  after(ms: number): this {
    this.now += ms
    this.keeper.endDue(this.now)
    return this
  }

  /** Everything that was said since this was asked last. */
  said(): string[] {
    return this.events.splice(0).map(({ type, target }) => (target === undefined ? type : `${target} ${type}`))
  }

  /** What the workers were told since this was asked last. */
  told(): string[] {
    return this.verdicts.splice(0).map(({ target, out, slowStartAgeMs: age }) => {
      return `${target} ${out ? 'out' : 'in'}${age === undefined ? '' : ` ${age}`}`
    })
  }

  health(id: string) {
    const upstream = this.keeper.upstreams.get('shop')
    const target = upstream?.target(id, url(id))
    if (!upstream || !target) throw new Error(`no target ${id}`)
    const picked = { effectiveWeight: 1, eligibleWorkers: 2 }
    return describeTarget(upstream, target, picked, this.keeper.drainsUntil(target), String)
  }
}

export const three = [written('a'), written('b'), written('c')]
