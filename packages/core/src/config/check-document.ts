import { describe } from '../schema/describe.ts'
import { kinds } from '../schema/fields.ts'
import { didYouMean } from '../schema/nearest.ts'
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
  findings.push(...findDangling(model, config), ...findCollisions(config.listeners), ...findUnanswered(model, config))
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

/** How one of a kind is called in a sentence. */
export const singular = {
  listeners: 'listener',
  upstreams: 'upstream',
  routes: 'route',
  middleware: 'middleware',
} as const

/** Listeners that cannot both have their address and port. Port 0 takes a free one and never collides. */
function findCollisions(listeners: readonly Listener[]): Finding[] {
  const findings: Finding[] = []
  const byPort = new Map<number, number[]>()
  listeners.forEach(({ address, port }, index) => {
    if (port === 0) return
    const others = byPort.get(port) ?? []
    byPort.set(port, [...others, index])
    const taken = others.find((other) => overlap(listeners[other]?.address ?? '', address))
    if (taken === undefined) return
    const { id } = listeners[taken] as Listener
    findings.push({ at: ['listeners', index, 'port'], message: `listener "${id}" has this address and port already` })
  })
  return findings
}

/** `::` accepts IPv4 as well; 0.0.0.0 is every IPv4 address. */
function overlap(a: string, b: string): boolean {
  const [one, other] = [expandAddress(a), expandAddress(b)]
  if (one === other || one === everything || other === everything) return true
  return (a === '0.0.0.0' && isV4(other)) || (b === '0.0.0.0' && isV4(one))
}

const everything = '0:0:0:0:0:0:0:0'
const isV4 = (expanded: string) => expanded.includes('.')

/** One spelling for each address: IPv6 in full and lower case, IPv4 (also when mapped into IPv6) dotted. */
export function expandAddress(address: string): string {
  if (!address.includes(':')) return address
  const dotted = /^(.*:)(\d+)\.(\d+)\.(\d+)\.(\d+)$/.exec(address)
  const text = dotted
    ? `${dotted[1]}${(Number(dotted[2]) * 256 + Number(dotted[3])).toString(16)}:${(Number(dotted[4]) * 256 + Number(dotted[5])).toString(16)}`
    : address
  const [left = '', right] = text.split('::')
  const head = left === '' ? [] : left.split(':')
  const tail = right === undefined || right === '' ? [] : right.split(':')
  const middle = right === undefined ? [] : Array<string>(Math.max(0, 8 - head.length - tail.length)).fill('0')
  const groups = [...head, ...middle, ...tail].map((group) => Number.parseInt(group, 16))
  const mapped = groups.slice(0, 5).every((group) => group === 0) && groups[5] === 0xffff
  if (!mapped) return groups.map((group) => group.toString(16)).join(':')
  return groups
    .slice(6)
    .flatMap((group) => [group >> 8, group & 255])
    .join('.')
}

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
