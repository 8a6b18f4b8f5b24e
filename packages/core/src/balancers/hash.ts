import { type Balancer, type BalancerServices, defineStrategy, type PickRequest, type Target } from './contract.ts'
import { crc32Start, crc32Text } from './crc32.ts'
import { HashKey, type HashKeyOptions, hashKeySchema } from './hash-key.ts'
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
const states = Array.from({ length: tries + 1 }, (_, round) => crc32Text(crc32Start, round === 0 ? '' : String(round)))

class Hash implements Balancer {
  readonly roundRobin: SmoothWeightedRoundRobin
  readonly #targets: readonly Target[]
  readonly #ranges: WeightRanges
  readonly #key: HashKey

  constructor(targets: readonly Target[], key: HashKeyOptions, services: BalancerServices) {
    this.roundRobin = new SmoothWeightedRoundRobin(targets, 1, services)
    this.#targets = targets
    this.#ranges = layOutWeights(targets)
    this.#key = new HashKey(key)
  }

  pick(request: PickRequest, eligible: (target: Target) => boolean): Target | undefined {
    const { total } = this.#ranges
    if (this.#targets.length > 1 && total > 0 && this.#key.read(request)) {
      let sum = 0
      for (let round = 0; round <= tries; round++) {
        sum += (this.#key.checksum(states[round] as number) >>> 16) & 0x7fff
        const target = this.#targets[indexAt(this.#ranges, sum % total)] as Target
        if (eligible(target)) return target
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
  /** Exact: how many of the 32,768 values fall to each target, which for large weights is not quite in proportion. */
  shares(targets) {
    const { ends, total } = layOutWeights(targets)
    if (total === 0) return targets.map(() => 0)
    const rounds = Math.floor(reachable / total)
    const rest = reachable % total
    return targets.map((target, index) => {
      const end = ends[index] as number
      const start = end - target.weight
      return (target.weight * rounds + Math.max(0, Math.min(end, rest) - start)) / reachable
    })
  },
  check(targets) {
    const { total } = layOutWeights(targets)
    if (total <= reachable) return []
    return [`The weights add up to ${total}; hash reaches ${reachable} at most. Use smaller weights.`]
  },
})
