import {
  type Balancer,
  type BalancerServices,
  defineStrategy,
  type Eligible,
  type PickRequest,
  type Target,
} from './contract.ts'
import { crc32Start } from './crc32.ts'
import { HashKey, type HashKeyOptions, hashKeySchema } from './hash-key.ts'
import { keepsKey, saltOf } from './kept-keys.ts'
import { holdersOf, type KeySpace, keySpaceShares } from './key-space.ts'
import { type LoadBound, loadBound, maxLoadFactor } from './load-bound.ts'
import { buildMaglevTable, places } from './maglev-table.ts'
import { mix32 } from './mix.ts'
import { SmoothWeightedRoundRobin } from './smooth-weighted-round-robin.ts'

/** After this many places whose target is not eligible, turns are taken. */
const tries = 24

/** With bounded loads many of them may be full, and the key that made them so is to stay with those behind. */
const boundedTries = 100

class Maglev implements Balancer {
  readonly roundRobin: SmoothWeightedRoundRobin
  readonly #targets: readonly Target[]
  readonly #table: Uint16Array
  readonly #key: HashKey
  readonly #salts: Int32Array
  readonly #bound: LoadBound | undefined

  constructor(targets: readonly Target[], key: HashKeyOptions, factor: number | undefined, services: BalancerServices) {
    this.roundRobin = new SmoothWeightedRoundRobin(targets, 0, services)
    this.#targets = targets
    this.#table = buildMaglevTable(targets)
    this.#key = new HashKey(key)
    this.#salts = Int32Array.from(targets, saltOf)
    this.#bound = loadBound(factor, services.load)
  }

  pick(request: PickRequest, eligible: Eligible): Target | undefined {
    const bound = this.#bound
    if (bound === undefined) return this.#fromTable(request, eligible, tries) ?? this.roundRobin.pick(request, eligible)
    const withRoom = bound.among(eligible)
    return (
      this.#fromTable(request, withRoom, boundedTries) ??
      this.roundRobin.pick(request, withRoom) ??
      this.roundRobin.pick(request, eligible)
    )
  }

  /** A key has a sequence of places of its own, by double hashing: what one target cannot take is spread over all others. */
  #fromTable(request: PickRequest, eligible: Eligible, tries: number): Target | undefined {
    const table = this.#table
    if (table.length === 0 || !this.#key.read(request)) return undefined
    const checksum = this.#key.checksum(crc32Start)
    const mixed = mix32(checksum)
    let place = (mixed >>> 0) % places
    let step = 0
    for (let n = 0; n <= tries; n++) {
      const index = table[place] as number
      const target = this.#targets[index] as Target
      if (eligible(target) && keepsKey(target.ramp, checksum, this.#salts[index] as number)) return target
      if (step === 0) step = 1 + ((mix32(mixed ^ 0x27d4eb2f) >>> 0) % (places - 1))
      place = (place + step) % places
    }
    return undefined
  }
}

/**
 * Google's Maglev hashing (maglev-table.ts): one look into a table of 65,537 places, more even than a ring, and nearly as
 * little moves when targets come and go. A target that is out keeps its places; its keys go on to places of others until
 * it is back. `maxLoadFactor` is described in load-bound.ts.
 */
export const maglev = defineStrategy({
  type: 'maglev',
  title: 'Maglev',
  description: 'The same key goes to the same target, very evenly. A change of one target moves hardly any other keys.',
  options: { key: hashKeySchema, maxLoadFactor: maxLoadFactor() },
  create: (targets, options, services) => new Maglev(targets, options.key, options.maxLoadFactor, services),
  shares: (targets, _options, eligible) => keySpaceShares(keySpace(targets, eligible), targets.length),
  followsLoad: (options) => options.maxLoadFactor !== undefined,
  keySpace: (targets, _options, eligible) => keySpace(targets, eligible),
  check(targets) {
    const weights = targets.flatMap(({ weight }) => (weight > 0 ? [weight] : []))
    const total = weights.reduce((sum, weight) => sum + weight, 0)
    const least = weights.reduce((least, weight) => Math.min(least, weight), total)
    if (least * places >= total) return []
    return [
      `A weight of ${least} among ${total} in all is less than one of ${places} places. Use weights that are nearer to each other.`,
    ]
  },
})

function keySpace(targets: readonly Target[], eligible: Eligible): KeySpace {
  const owners = buildMaglevTable(targets)
  const lengths = new Float64Array(targets.length)
  for (const owner of owners) lengths[owner] = (lengths[owner] as number) + 1
  return {
    size: places,
    ends: Float64Array.from(owners, (_, place) => place + 1),
    owners,
    holders: holdersOf(lengths, targets.map(eligible)),
  }
}
