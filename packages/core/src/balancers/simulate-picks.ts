import type { Balancer, BalancerServices, PickRequest, Target } from './contract.ts'
import { seededRandom } from './seeded-random.ts'

/** A target whose answers take `latencyMs`, always. */
export interface SimulatedTarget extends Target {
  readonly eligible: boolean
}

export interface SimulationOptions {
  readonly picks: number
  readonly seed: number
  /** Requests at once, at least 1. */
  readonly concurrency: number
  /** The name of the query parameter or cookie that holds the key, where there is one. */
  readonly key: string
}

/**
 * How often a balancer picks each target in a closed model: so many requests at once, and when one ends, the next begins.
 * The picks that fill it up at first are not counted.
 */
export function simulatePicks(
  create: (targets: readonly Target[], services: BalancerServices) => Balancer,
  targets: readonly SimulatedTarget[],
  { picks, seed, concurrency, key }: SimulationOptions,
): number[] {
  const random = seededRandom(seed)
  const live = targets.map((target) => ({ ...target }))
  const load = {
    inFlight: 0,
    weight: live.reduce((sum, { eligible, weight, ramp }) => sum + (eligible ? weight * ramp : 0), 0),
  }
  const balancer = create(live, { random, load })
  const counts = live.map(() => 0)
  const ends = new Ends(concurrency)
  const indexes = new Map<Target, number>(live.map((target, index) => [target, index]))
  // What a balancer returns is one of those it was made with.
  const eligible = (target: Target) => (target as SimulatedTarget).eligible
  let now = 0
  for (let pick = -concurrency; pick < picks; pick++) {
    if (load.inFlight === concurrency) {
      now = ends.earliest
      const ending = live[ends.remove()] as { inFlight: number }
      ending.inFlight--
      load.inFlight--
    }
    const picked = balancer.pick(requestWith(random().toString(36).slice(2), key), eligible)
    if (picked === undefined) break
    const index = indexes.get(picked) as number
    const begun = live[index] as { inFlight: number; latencyMs: number }
    begun.inFlight++
    load.inFlight++
    ends.add(now + begun.latencyMs, index)
    if (pick >= 0) counts[index] = (counts[index] as number) + 1
  }
  return counts
}

/** A request that has this key wherever a strategy may look for it. */
function requestWith(key: string, name: string): PickRequest {
  return {
    clientIp: key,
    host: key,
    url: `/${key}?${name}=${key}`,
    header: (header) => (header === 'cookie' ? `${name}=${key}` : key),
  }
}

/** When requests end, and at which target: a heap, the earliest first, and of those at once the one that began first. */
class Ends {
  readonly #times: Float64Array
  readonly #sequence: Float64Array
  readonly #targets: Uint16Array
  #count = 0
  #begun = 0

  constructor(most: number) {
    this.#times = new Float64Array(most)
    this.#sequence = new Float64Array(most)
    this.#targets = new Uint16Array(most)
  }

  get earliest(): number {
    return this.#times[0] as number
  }

  add(time: number, target: number): void {
    let at = this.#count++
    this.#put(at, time, this.#begun++, target)
    while (at > 0) {
      const parent = (at - 1) >>> 1
      if (!this.#isBefore(at, parent)) return
      this.#swap(at, parent)
      at = parent
    }
  }

  /** Takes out the earliest; the index of its target. */
  remove(): number {
    const target = this.#targets[0] as number
    this.#swap(0, --this.#count)
    let at = 0
    for (;;) {
      let child = 2 * at + 1
      if (child >= this.#count) return target
      if (child + 1 < this.#count && this.#isBefore(child + 1, child)) child++
      if (!this.#isBefore(child, at)) return target
      this.#swap(at, child)
      at = child
    }
  }

  #isBefore(one: number, other: number): boolean {
    const difference = (this.#times[one] as number) - (this.#times[other] as number)
    return difference < 0 || (difference === 0 && (this.#sequence[one] as number) < (this.#sequence[other] as number))
  }

  #swap(one: number, other: number): void {
    const time = this.#times[one] as number
    const sequence = this.#sequence[one] as number
    const target = this.#targets[one] as number
    this.#put(one, this.#times[other] as number, this.#sequence[other] as number, this.#targets[other] as number)
    this.#put(other, time, sequence, target)
  }

  #put(at: number, time: number, sequence: number, target: number): void {
    this.#times[at] = time
    this.#sequence[at] = sequence
    this.#targets[at] = target
  }
}
