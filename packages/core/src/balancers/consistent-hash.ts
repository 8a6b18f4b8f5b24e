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
import { buildRing, findPoint, type HashRing, pointsPerWeight } from './hash-ring.ts'
import { keepsKey, saltOf } from './kept-keys.ts'
import { type KeySpace, keySpaceShares } from './key-space.ts'
import { type LoadBound, loadBound, maxLoadFactor } from './load-bound.ts'
import { SmoothWeightedRoundRobin } from './smooth-weighted-round-robin.ts'

const maxPoints = 1_048_576

/** After this many points whose target is not eligible, nginx goes on with weighted round robin. */
const tries = 20

/** With bounded loads many of them may be full, and the key that made them so is to stay with those behind. */
const boundedTries = 100

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
  readonly #targets: readonly Target[]
  readonly #key: HashKey
  readonly #salts: Int32Array
  readonly #bound: LoadBound | undefined

  constructor(targets: readonly Target[], key: HashKeyOptions, factor: number | undefined, services: BalancerServices) {
    const servers = groupByServer(targets)
    this.roundRobin = new SmoothWeightedRoundRobin(targets, 1, services)
    this.#ring = buildRing(servers)
    this.#members = servers.map((server) => Uint16Array.from(server.members))
    this.#targets = targets
    this.#key = new HashKey(key)
    this.#salts = Int32Array.from(servers, saltOf)
    this.#bound = loadBound(factor, services.load)
  }

  pick(request: PickRequest, eligible: Eligible): Target | undefined {
    const bound = this.#bound
    if (bound === undefined) return this.#alongRing(request, eligible, tries) ?? this.roundRobin.pick(request, eligible)
    const withRoom = bound.among(eligible)
    return (
      this.#alongRing(request, withRoom, boundedTries) ??
      this.roundRobin.pick(request, withRoom) ??
      this.roundRobin.pick(request, eligible)
    )
  }

  #alongRing(request: PickRequest, eligible: Eligible, tries: number): Target | undefined {
    const { hashes, servers } = this.#ring
    if (hashes.length === 0 || !this.#key.read(request)) return undefined
    const checksum = this.#key.checksum(crc32Start)
    const first = findPoint(this.#ring, checksum)
    for (let point = first; point <= first + tries; point++) {
      const server = servers[point % hashes.length] as number
      const members = this.#members[server] as Uint16Array
      if (!keepsKey(this.#ramp(members), checksum, this.#salts[server] as number)) continue
      // As in nginx, this is also what gives a target its effective weight back, and shares a server by weight.
      const target = this.roundRobin.pickAmong(members, eligible)
      if (target !== undefined) return target
    }
    return undefined
  }

  /** A server is as far in slow start as the one of its targets that is furthest. */
  #ramp(members: Uint16Array): number {
    let ramp = 0
    for (let n = 0; n < members.length; n++) {
      ramp = Math.max(ramp, (this.#targets[members[n] as number] as Target).ramp)
    }
    return ramp
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
 * `maxLoadFactor` is ours (load-bound.ts).
 */
export const consistentHash = defineStrategy({
  type: 'consistent-hash',
  title: 'Consistent hash',
  description: 'The same key goes to the same target, as in nginx. A change of one target moves only its own keys.',
  options: { key: hashKeySchema, maxLoadFactor: maxLoadFactor() },
  create: (targets, options, services) => new ConsistentHash(targets, options.key, options.maxLoadFactor, services),
  shares: (targets, _options, eligible) => keySpaceShares(keySpace(targets, eligible), targets.length),
  followsLoad: (options) => options.maxLoadFactor !== undefined,
  keySpace: (targets, _options, eligible) => keySpace(targets, eligible),
  check(targets) {
    const points = targets.reduce((sum, target) => sum + target.weight * pointsPerWeight, 0)
    if (points <= maxPoints) return []
    const most = Math.floor(maxPoints / pointsPerWeight)
    return [
      `These weights make ${points} points, ${pointsPerWeight} per unit; ${maxPoints} are allowed. Use weights that add up to ${most} at most.`,
    ]
  },
})

/** The arcs of the ring. A target that is out leaves it to its neighbours, as if it were not there. */
function keySpace(targets: readonly Target[], eligible: Eligible): KeySpace {
  const indexes = targets.flatMap((target, index) => (eligible(target) ? [index] : []))
  const servers = groupByServer(indexes.map((index) => targets[index] as Target))
  const { hashes, servers: owners } = buildRing(servers)
  const size = 2 ** 32
  const last = hashes[hashes.length - 1]
  // A point has the checksums up to its own; those beyond the last belong to the first again.
  const wraps = last !== undefined && last < size - 1
  const ends = new Float64Array(hashes.length + (wraps ? 1 : 0))
  for (let point = 0; point < hashes.length; point++) ends[point] = (hashes[point] as number) + 1
  if (wraps) ends[hashes.length] = size
  const pieces = new Uint16Array(ends.length)
  pieces.set(owners)
  if (wraps) pieces[hashes.length] = owners[0] as number
  const holders = servers.map(({ members }) => {
    const weightOf = (member: number) => (targets[indexes[member] as number] as Target).weight
    const total = members.reduce((sum, member) => sum + weightOf(member), 0)
    const holding = members.filter((member) => weightOf(member) > 0)
    return holding.map((member) => ({ target: indexes[member] as number, part: weightOf(member) / total }))
  })
  return { size, ends, owners: pieces, holders }
}
