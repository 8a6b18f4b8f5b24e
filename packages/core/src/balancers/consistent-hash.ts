import { type Balancer, type BalancerServices, defineStrategy, type PickRequest, type Target } from './contract.ts'
import { crc32Start } from './crc32.ts'
import { HashKey, type HashKeyOptions, hashKeySchema } from './hash-key.ts'
import { arcShares, buildRing, findPoint, type HashRing, pointsPerWeight } from './hash-ring.ts'
import { SmoothWeightedRoundRobin } from './smooth-weighted-round-robin.ts'

const maxPoints = 1_048_576

/** After this many points whose target is not eligible, nginx goes on with weighted round robin. */
const tries = 20

/** Targets with the same host and port stand at the same points and share them by weight. */
interface Server {
  readonly host: string
  readonly port: string
  /** The greatest of its targets: the points of a smaller weight are among those of a greater. */
  weight: number
  /** Indexes of its targets. */
  readonly members: number[]
}

function groupByServer(targets: readonly Target[]): Server[] {
  const servers = new Map<string, Server>()
  targets.forEach((target, index) => {
    const name = `${target.host}\0${target.port}`
    const server = servers.get(name) ?? { host: target.host, port: target.port, weight: 0, members: [] }
    servers.set(name, server)
    server.weight = Math.max(server.weight, target.weight)
    server.members.push(index)
  })
  return [...servers.values()]
}

class ConsistentHash implements Balancer {
  readonly roundRobin: SmoothWeightedRoundRobin
  readonly #ring: HashRing
  readonly #members: Uint16Array[]
  readonly #key: HashKey

  constructor(targets: readonly Target[], key: HashKeyOptions, services: BalancerServices) {
    const servers = groupByServer(targets)
    this.roundRobin = new SmoothWeightedRoundRobin(targets, 1, services)
    this.#ring = buildRing(servers)
    this.#members = servers.map((server) => Uint16Array.from(server.members))
    this.#key = new HashKey(key)
  }

  pick(request: PickRequest, eligible: (target: Target) => boolean): Target | undefined {
    const { hashes, servers } = this.#ring
    if (hashes.length > 0 && this.#key.read(request)) {
      const first = findPoint(this.#ring, this.#key.checksum(crc32Start))
      for (let point = first; point <= first + tries; point++) {
        const members = this.#members[servers[point % hashes.length] as number] as Uint16Array
        // As in nginx, this is also what gives a target its effective weight back, and shares a server by weight.
        const target = this.roundRobin.pickAmong(members, eligible)
        if (target !== undefined) return target
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
 * nginx's `hash KEY consistent` (ketama; `ngx_http_upstream_get_chash_peer` in `ngx_http_upstream_hash_module.c`): 160
 * points per unit of weight, and the key's CRC-32 finds the next one. Compatible with Cache::Memcached::Fast.
 */
export const consistentHash = defineStrategy({
  type: 'consistent-hash',
  title: 'Consistent hash',
  description: 'The same key goes to the same target, as in nginx. A change of one target moves only its own keys.',
  options: { key: hashKeySchema },
  create: (targets, options, services) => new ConsistentHash(targets, options.key, services),
  /** Exact: the part of the ring that belongs to each target. */
  shares(targets) {
    const servers = groupByServer(targets)
    const shares = targets.map(() => 0)
    arcShares(buildRing(servers), servers.length).forEach((arc, index) => {
      const members = (servers[index] as Server).members
      const total = members.reduce((sum, member) => sum + (targets[member] as Target).weight, 0)
      for (const member of members) {
        shares[member] = total === 0 ? 0 : (arc * (targets[member] as Target).weight) / total
      }
    })
    return shares
  },
  check(targets) {
    const points = targets.reduce((sum, target) => sum + target.weight * pointsPerWeight, 0)
    if (points <= maxPoints) return []
    const most = Math.floor(maxPoints / pointsPerWeight)
    return [
      `These weights make ${points} points, ${pointsPerWeight} per unit; ${maxPoints} are allowed. Use weights that add up to ${most} at most.`,
    ]
  },
})
