import { strategies } from '@switchyard/core/balancers/registry'
import type { Config, Document, WrittenResource } from '@switchyard/core/config/model'
import { parseConfig } from '@switchyard/core/config/parse'
import { arbitraryDocument } from '@switchyard/core/config/testing/arbitrary-document'
import type { Json } from '@switchyard/core/schema/describe'
import { model } from '@switchyard/middleware/model'
import fc from 'fast-check'

/**
 * Valid configurations whose targets are these ports of the loopback: documents of the whole schema, without what would
 * make answers depend on time, on files or on what else is under way. Half of the matches and of the lists of targets are
 * made anew from few words, so that routes compete and requests hit.
 */
export function arbitraryConfig(ports: readonly number[]): fc.Arbitrary<Config> {
  return fc
    .tuple(arbitraryDocument(model), fc.array(match, { minLength: 12, maxLength: 12 }), fc.infiniteStream(draw))
    .map(([document, matches, draws]) => {
      const next = (): number => draws.next().value
      const parsed = parseConfig(model, pointed(structuredClone(document), ports, matches, next))
      return parsed.ok ? (parsed.value as Config) : undefined
    })
    .filter((config) => config !== undefined)
}

const draw = fc.integer({ min: 0, max: 9999 })

const words = ['a', 'b', 'v1', 'café', 'x y']
const path = fc.oneof(
  fc.record({
    type: fc.constantFrom('prefix', 'exact'),
    value: fc.array(fc.constantFrom(...words), { maxLength: 3 }).map((segments) => `/${segments.join('/')}`),
  }),
  fc.record({ type: fc.constant('regex'), value: fc.constantFrom('/a.*', '/(?:a|b)/[^/]+', '/v[0-9]+(?:/.*)?', '.*') }),
)
const condition = fc.oneof(
  fc.record({ type: fc.constant('exact'), name: fc.constantFrom('p', 'q'), value: fc.constantFrom('1', 'ab') }),
  fc.record({ type: fc.constant('regex'), name: fc.constantFrom('p', 'q'), value: fc.constantFrom('[0-9]+', 'a?b') }),
  fc.record({ type: fc.constant('present'), name: fc.constantFrom('p', 'q') }),
)
const host = fc.constantFrom('a.com', 'b.a.com', '*.a.com', '*.com', '127.0.0.1')
const match = fc.record(
  {
    hosts: fc.uniqueArray(host, { minLength: 1, maxLength: 2 }),
    path,
    methods: fc.uniqueArray(fc.constantFrom('GET', 'POST', 'HEAD', 'DELETE'), { minLength: 1, maxLength: 2 }),
    headers: fc.array(condition, { maxLength: 1 }),
    query: fc.array(condition, { maxLength: 1 }),
  },
  { requiredKeys: [], noNullPrototype: true },
)

function pointed(document: Document, ports: readonly number[], matches: readonly object[], next: () => number) {
  const { middleware } = document
  const listeners = (document.listeners ?? []).map((listener) => openListener(listener, next))
  const upstreams = (document.upstreams ?? []).map((upstream) => pointUpstream(upstream, ports, next))
  return {
    switchyard: 1,
    listeners: listeners.length > 0 ? listeners : [{ id: 'web', address: '127.0.0.1', port: 0 }],
    upstreams,
    routes: manyRoutes(document.routes ?? [], upstreams, matches, next),
    ...(middleware && { middleware }),
  }
}

function openListener({ id, paths }: WrittenResource, next: () => number) {
  const trustedProxies = [[], ['127.0.0.2'], ['127.0.0.0/8', '10.0.0.0/8']][next() % 3]
  return { id, address: '127.0.0.1', port: 0, trustedProxies, ...(paths !== undefined && { paths }) }
}

function pointUpstream(upstream: WrittenResource, ports: readonly number[], next: () => number) {
  const { id, strategy, host, tierMinPercent, targets, slowStart, affinity, whenNoneEligible } = upstream
  const written = (targets ?? []) as { id: string; url: string }[]
  const list = next() % 2 === 0 || written.length === 0 ? someTargets(next) : written
  return {
    id,
    ...(next() % 2 === 0 ? { strategy: keyed(next) } : strategy !== undefined && { strategy }),
    ...(host !== undefined && { host }),
    ...(tierMinPercent !== undefined && { tierMinPercent }),
    ...(slowStart !== undefined && { slowStart }),
    ...(whenNoneEligible !== undefined && { whenNoneEligible }),
    ...(affinity !== undefined && { affinity: { type: 'cookie' } }),
    targets: list.map((target) => ({
      ...target,
      url: `http://127.0.0.1:${ports[next() % ports.length]}${new URL(target.url).pathname}`,
      // Nothing is ever full.
      maxInFlight: 0,
      maxConnections: 0,
    })),
  }
}

function someTargets(next: () => number) {
  return Array.from({ length: 1 + (next() % 5) }, (_, index) => ({
    id: `t${index}`,
    url: ['http://x', 'http://x/base', 'http://x/base/'][next() % 3] as string,
    weight: next() % 7,
    drain: next() % 8 === 0,
  }))
}

const keys = [
  { from: 'client-ip' },
  { from: 'header', name: 'p', fallback: { from: 'path' } },
  { from: 'cookie', name: 'q' },
  { from: 'query', name: 'p', fallback: { from: 'client-ip' } },
  { from: 'path' },
  { from: 'url' },
  { from: 'host' },
]

/** A strategy that hashes, with one of these keys. */
function keyed(next: () => number) {
  const hashing = strategies.filter(({ options }) => 'key' in options)
  return { type: hashing[next() % hashing.length]?.type, key: keys[next() % keys.length] }
}

/** As they are, and again under other ids with matches of few words; most of them forward, and are not disabled. */
function manyRoutes(
  routes: readonly WrittenResource[],
  upstreams: readonly { id: string }[],
  matches: readonly object[],
  next: () => number,
) {
  const kept = routes.map(({ timeouts, retries, ...route }) => forwarding(route, upstreams, next))
  const [first] = upstreams
  const plain = first && { id: 'plain', forward: { upstream: first.id } }
  const more = matches.flatMap((match, index) => {
    const route = kept[index % (kept.length || 1)] ?? plain
    if (!route || next() % 4 === 0) return []
    return [{ ...forwarding(route, upstreams, next), id: `more-${index}`, match, priority: next() % 3 === 0 ? 1 : 0 }]
  })
  return [...kept, ...more]
}

function forwarding(route: Route, upstreams: readonly { id: string }[], next: () => number): Route {
  const one = (): string => upstreams[next() % upstreams.length]?.id ?? ''
  if (upstreams.length === 0 || next() % 4 === 0) return route
  const part = () => ({ upstream: one(), weight: next() % 4 })
  const forward: Json = next() % 3 === 0 ? { split: [part(), part(), part()] } : { upstream: one() }
  const { middleware = [], limits, ...rest } = route
  // What answers at once hides what is behind it.
  const some = next() % 2 === 0 ? (middleware as Json[]).filter((use) => !answers(use)) : (middleware as Json[])
  const more = next() % 2 === 0 ? [edits[next() % edits.length] as Json] : []
  const limited = next() % 4 === 0 && limits !== undefined && { limits }
  return { ...rest, middleware: [...more, ...some].slice(0, 100), enabled: next() % 10 > 0, forward, ...limited }
}

function answers(use: Json): boolean {
  const { type } = use as { type?: string }
  return type === 'respond' || type === 'redirect'
}

/** Middleware of which something can be seen on the words that requests are made of. */
const edits: readonly Json[] = [
  { type: 'rewrite', stripPrefix: '/a' },
  { type: 'rewrite', addPrefix: '/added' },
  { type: 'rewrite', regex: { pattern: '^/a', replacement: '/private/' } },
  { type: 'headers', request: { set: { host: 'set.example', 'x-set': '1' }, add: { p: 'added' }, remove: ['cookie'] } },
  { type: 'headers', request: { set: { p: '2', 'x-forwarded-for': 'hidden' } }, response: { set: { 'x-out': '1' } } },
  { type: 'redirect', scheme: 'https' },
  { type: 'redirect', to: '/moved{path}?{query}', status: 308 },
]

type Route = Omit<WrittenResource, 'timeouts' | 'retries'>
