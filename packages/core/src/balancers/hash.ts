import {
  type Balancer,
  type BalancerServices,
  defineStrategy,
  type Eligible,
  type PickRequest,
  type Target,
} from './contract.ts'
import { crc32Start, crc32Text } from './crc32.ts'
import { HashKey, type HashKeyOptions, hashKeySchema } from './hash-key.ts'
import { keepsKey, saltOf } from './kept-keys.ts'
import { holdersOf, type KeySpace, keySpaceShares } from './key-space.ts'
import { SmoothWeightedRoundRobin } from './smooth-weighted-round-robin.ts'
import { indexAt, layOutWeights, type WeightRanges } from './weight-ranges.ts'

/** nginx takes 15 bits of the checksum, so places beyond this are never reached. */
const reachable = 32_768

/**
 * After this many places whose target is not eligible, nginx goes on with weighted round robin. Where nginx goes on
 * counting at the next attempt of the same request, we begin anew, which at most brings the end one try nearer.
 */
const tries = 20

/** Each further try puts its number before the key: the states after those digits. */
const states = Int32Array.from({ length: tries + 1 }, (_, round) =>
  crc32Text(crc32Start, round === 0 ? '' : `${round}`),
)

class Hash implements Balancer {
  readonly roundRobin: SmoothWeightedRoundRobin
  readonly #targets: readonly Target[]
  readonly #ranges: WeightRanges
  readonly #key: HashKey
  readonly #salts: Int32Array

  constructor(targets: readonly Target[], key: HashKeyOptions, services: BalancerServices) {
    this.roundRobin = new SmoothWeightedRoundRobin(targets, 1, services)
    this.#targets = targets
    this.#ranges = layOutWeights(targets)
    this.#key = new HashKey(key)
    this.#salts = Int32Array.from(targets, saltOf)
  }

  pick(request: PickRequest, eligible: Eligible): Target | undefined {
    const { total } = this.#ranges
    if (this.#targets.length > 1 && total > 0 && this.#key.read(request)) {
      const checksum = this.#key.checksum(crc32Start)
      let sum = (checksum >>> 16) & 0x7fff
      for (let round = 0; round <= tries; round++) {
        if (round > 0) sum += (this.#key.checksum(states[round] as number) >>> 16) & 0x7fff
        const index = indexAt(this.#ranges, sum % total)
        const target = this.#targets[index] as Target
        if (eligible(target) && keepsKey(target.ramp, checksum, this.#salts[index] as number)) return target
      }
    }
    return this.roundRobin.pick(request, eligible)
  }

  failed(target: Target): void {
    this.roundRobin.failed(target)
  }

  effectiveWeight(target: Target): number | undefined {
    return this.roundRobin.effectiveWeight(target)
  }
}

/**
 * nginx's `hash KEY` (`ngx_http_upstream_get_hash_peer` in `ngx_http_upstream_hash_module.c`): 15 bits of the key's
 * CRC-32, modulo the total weight. Compatible with Cache::Memcached.
 */
export const hash = defineStrategy({
  type: 'hash',
  title: 'Hash',
  description: 'The same key goes to the same target, as in nginx. A change of targets moves most keys.',
  options: { key: hashKeySchema },
  create: (targets, options, services) => new Hash(targets, options.key, services),
  shares: (targets, _options, eligible) => keySpaceShares(keySpace(targets, eligible), targets.length),
  keySpace: (targets, _options, eligible) => keySpace(targets, eligible),
  check(targets) {
    const { total } = layOutWeights(targets)
    if (total <= reachable) return []
    return [`The weights add up to ${total}; hash reaches ${reachable} at most. Use smaller weights.`]
  },
})

/** The 32,768 values of 15 bits, which for large weights do not fall to targets quite in proportion. */
function keySpace(targets: readonly Target[], eligible: Eligible): KeySpace {
  const { ends, total } = layOutWeights(targets)
  const pieces: number[] = []
  const owners: number[] = []
  const lengths = targets.map(() => 0)
  for (let start = 0; total > 0 && start < reachable; start += total) {
    let from = start
    for (let target = 0; target < ends.length && from < reachable; target++) {
      const end = Math.min(reachable, start + (ends[target] as number))
      if (end === from) continue
      lengths[target] = (lengths[target] as number) + end - from
      pieces.push(end)
      owners.push(target)
      from = end
    }
  }
  return {
    size: reachable,
    ends: Float64Array.from(pieces),
    owners: Uint16Array.from(owners),
    holders: holdersOf(lengths, targets.map(eligible)),
  }
}
