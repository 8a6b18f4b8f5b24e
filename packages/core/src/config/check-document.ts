import { type Address, parseAddress } from '../http/address.ts'
import { describe } from '../schema/describe.ts'
import { kinds, singular } from '../schema/fields.ts'
import { didYouMean } from '../schema/nearest.ts'
import { sameJson } from '../schema/same-json.ts'
import { checkResource, findRepeatedIds } from './check-resource.ts'
import { type Finding, within } from './finding.ts'
import type { Config, Listener, Model, Route } from './model.ts'
import { referencesIn } from './references.ts'

/**
 * What is wrong with a document although every field is right. What serves badly but serves is no fault: an upstream
 * without targets, or with none that takes traffic, answers 503, so that a draft can be written step by step.
 */
export function checkDocument(model: Model, config: Config): Finding[] {
  const findings: Finding[] = []
  for (const kind of kinds) {
    findings.push(...within([kind], findRepeatedIds(config[kind])))
    config[kind].forEach((resource, index) => {
      findings.push(...within([kind, index], checkResource(model, kind, resource)))
    })
  }
  findings.push(
    ...findDangling(model, config),
    ...findCollisions(config.listeners),
    ...findUnanswered(model, config),
    ...findCircles(config),
  )
  return findings
}

/** References to what is not there. */
function findDangling(model: Model, config: Config): Finding[] {
  const ids = Object.fromEntries(kinds.map((kind) => [kind, new Set(config[kind].map(({ id }) => id))]))
  const findings: Finding[] = []
  for (const kind of kinds) {
    const field = describe(model.kinds[kind])
    config[kind].forEach((resource, index) => {
      for (const { at, kind: to, id } of referencesIn(field, resource)) {
        const there = ids[to] ?? new Set()
        if (there.has(id)) continue
        const message = `there is no ${singular[to]} "${id}"${didYouMean(id, there)}`
        findings.push({ at: [kind, index, ...at], message })
      }
    })
  }
  return findings
}

/** Upstreams that hand over to one another when none of their targets is eligible, and so in the end to themselves. */
function findCircles({ upstreams }: Config): Finding[] {
  const next = new Map(
    upstreams.map(({ id, whenNoneEligible: then }) => [id, typeof then === 'object' ? then.upstream : undefined]),
  )
  return upstreams.flatMap(({ id }, index) => {
    const seen = new Set<string>()
    for (let at = next.get(id); at !== undefined && !seen.has(at); at = next.get(at)) seen.add(at)
    if (!seen.has(id)) return []
    return [{ at: ['upstreams', index, 'whenNoneEligible', 'upstream'], message: 'leads back to this upstream itself' }]
  })
}

/**
 * Listeners that cannot both have their address and port, told at each of them: whoever edits one sees it. Port 0 takes
 * a free one and never collides.
 */
function findCollisions(listeners: readonly Listener[]): Finding[] {
  // The schema lets only addresses through.
  const sockets = listeners.map(({ id, address, port }) => ({ id, port, address: parseAddress(address) ?? [] }))
  return sockets.flatMap((socket, index) => {
    const other = sockets.find(
      (one) => one !== socket && one.port === socket.port && overlap(one.address, socket.address),
    )
    if (other === undefined || socket.port === 0) return []
    return [{ at: ['listeners', index, 'port'], message: `listener "${other.id}" has this address and port as well` }]
  })
}

/** `::` accepts IPv4 as well; 0.0.0.0 is every IPv4 address. */
function overlap(one: Address, other: Address): boolean {
  if (sameJson(one, other) || everything(one, 16) || everything(other, 16)) return true
  return one.length === other.length && (everything(one, 4) || everything(other, 4))
}

const everything = (address: Address, bytes: number) => address.length === bytes && address.every((byte) => byte === 0)

/** Routes that neither forward nor use a middleware that answers by itself. One that is off may still be so. */
function findUnanswered({ catalogue }: Model, { routes, middleware }: Config): Finding[] {
  const answering = new Set(catalogue.filter(({ answers }) => answers).map(({ type }) => type))
  const shared = new Set(middleware.filter(({ type }) => answering.has(type)).map(({ id }) => id))
  const answers = (use: Route['middleware'][number]) =>
    use.ref === undefined ? answering.has(use.type) : shared.has(use.ref)
  return routes.flatMap(({ enabled, forward, middleware }, index) =>
    !enabled || forward !== undefined || middleware.some(answers)
      ? []
      : [
          {
            at: ['routes', index, 'forward'],
            message: 'required, since no middleware of this route answers by itself',
          },
        ],
  )
}
