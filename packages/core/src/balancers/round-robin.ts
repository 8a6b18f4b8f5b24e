import { type Balancer, type BalancerServices, defineStrategy, type Target } from './contract.ts'

class RoundRobin implements Balancer {
  readonly #targets: readonly Target[]
  /** Those with a weight above 0, copied: the caller's live objects may change. */
  readonly #weighted: Uint8Array
  #next: number
  #previous: RoundRobin | undefined

  constructor(targets: readonly Target[], { previous, start }: BalancerServices) {
    this.#targets = targets
    this.#weighted = Uint8Array.from(targets, (target) => (target.weight > 0 ? 1 : 0))
    this.#next = Math.floor((start ?? 0) * targets.length)
    if (previous instanceof RoundRobin) {
      previous.#settle()
      this.#previous = previous
    }
  }

  pick(_request: unknown, eligible: (target: Target) => boolean): Target | undefined {
    if (this.#previous !== undefined) this.#settle()
    const targets = this.#targets
    let index = this.#next
    for (let asked = 0; asked < targets.length; asked++) {
      const target = targets[index] as Target
      const weighted = this.#weighted[index] === 1
      index = index + 1 === targets.length ? 0 : index + 1
      if (weighted && eligible(target)) {
        this.#next = index
        return target
      }
    }
    return undefined
  }

  /** Goes on with the target whose turn it is in the previous balancer or, when that has left, the next that stays. */
  #settle(): void {
    const previous = this.#previous
    if (previous === undefined) return
    this.#previous = undefined
    const indexes = new Map(this.#targets.map((target, index) => [target.id, index]))
    const before = previous.#targets
    for (let n = 0; n < before.length; n++) {
      const index = indexes.get((before[(previous.#next + n) % before.length] as Target).id)
      if (index === undefined) continue
      this.#next = index
      return
    }
  }
}

/** Takes turns in the order of the list. The size of a weight counts for nothing; 0 takes a target out. */
export const roundRobin = defineStrategy({
  type: 'round-robin',
  title: 'Round robin',
  description: 'Takes turns in the order of the list, whatever the weights; a weight of 0 takes a target out.',
  options: {},
  create: (targets, _options, services) => new RoundRobin(targets, services),
  shares(targets) {
    const weighted = targets.filter((target) => target.weight > 0).length
    return targets.map((target) => (target.weight > 0 ? 1 / weighted : 0))
  },
})
