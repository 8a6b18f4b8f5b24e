/** How much goes through the gateway at once. */
export interface Load {
  /** Connections that stay, and requests per second on all of them together. */
  readonly connections: number
  readonly keptAlivePerSecond: number
  /** Requests per second that each have a connection of their own. */
  readonly freshPerSecond: number
  readonly webSockets: number
  /** WebSockets to targets that do not stay. */
  readonly leaving: number
  readonly events: number
  readonly downloads: number
  readonly downloadBytes: number
  readonly uploads: number
  readonly uploadBytes: number
  /** Downloads and uploads are to take this long, in milliseconds. */
  readonly ms: number
}

/** How many backends the documents name. */
export const backendCount = 6

/** How many certificates take turns. */
const certificateCount = 4

/** Which of them a step of the configuration shows. */
export const certificateAt = (step: number): number => Math.floor(step / 10) % certificateCount

/** After so many steps the target of `/leaving` has gone, and another one taken its place. */
export const leavesAfter = 40

export interface Parts {
  readonly seed: number
  /** Of the backends. */
  readonly ports: readonly number[]
  /** Empty: without an https listener. */
  readonly certificates: readonly { readonly certificate: string; readonly keyFile: string }[]
}

/**
 * The configuration after `step` edits. Between one and the next change: weights, which targets take part, the strategy,
 * routes, header rules, middleware, a certificate. What long streams go through stays, with other weights and rules.
 */
export function document(step: number, { seed, ports, certificates }: Parts) {
  const random = generator(seed * 7919 + step)
  const [first, second, ...others] = ports.map((port, i) => ({
    id: `target-${i}`,
    url: `http://127.0.0.1:${port}`,
    weight: 1 + Math.floor(random() * 9),
  }))
  const stays = { ...first, id: 'stays' }
  const rule = (name: string) => ({ type: 'headers', response: { set: { [name]: String(step) } } })
  const long = (path: string) => ({
    id: path.slice(1),
    match: { path: { type: 'prefix', value: path } },
    middleware: step % 3 === 0 ? [] : [rule('x-long')],
    forward: { upstream: 'long' },
  })
  const extra = Array.from({ length: Math.floor(random() * 20) }, (_, i) => ({
    id: `extra-${i}-${step}`,
    match: { hosts: [`${i}.extra.example`], path: { type: 'prefix', value: `/${step}` } },
    forward: { upstream: random() < 0.5 ? 'shop' : 'long' },
  }))
  const certificate = certificates[certificateAt(step)]
  return {
    switchyard: 1,
    listeners: [
      { id: 'web', address: '127.0.0.1', port: 0 },
      ...(certificate
        ? [{ id: 'secure', address: '127.0.0.1', port: 0, protocol: 'https', tls: { certificates: ['shown'] } }]
        : []),
    ],
    ...(certificate
      ? {
          certificates: [{ id: 'shown', certificate: certificate.certificate, key: { file: certificate.keyFile } }],
        }
      : {}),
    upstreams: [
      {
        id: 'shop',
        strategy: strategies[Math.floor(step / 7) % strategies.length],
        targets: [first, second, ...others.filter(() => random() < 0.5)],
        drainMs: 2000,
      },
      { id: 'leaving', targets: [{ ...second, id: `for-${Math.floor(step / leavesAfter)}` }], drainMs: 2000 },
      { id: 'long', targets: [stays, ...others.filter(() => random() < 0.2).map((one) => ({ ...one, weight: 0 }))] },
    ],
    routes: [
      {
        id: 'shop',
        match: { path: { type: 'prefix', value: '/shop' } },
        middleware: [rule('x-step'), ...(random() < 0.3 ? [{ ref: 'shared' }] : [])],
        forward:
          random() < 0.2 ? { split: [{ upstream: 'shop', weight: 9 }, { upstream: 'long' }] } : { upstream: 'shop' },
      },
      ...['/sockets', '/events', '/files', '/uploads'].map(long),
      { id: 'leaving', match: { path: { type: 'exact', value: '/leaving' } }, forward: { upstream: 'leaving' } },
      ...extra,
    ],
    middleware: [{ id: 'shared', type: 'headers', request: { set: { 'x-shared': String(step % 5) } } }],
  }
}

const strategies = [
  { type: 'weighted-round-robin' },
  { type: 'random' },
  { type: 'round-robin' },
  { type: 'consistent-hash', key: { from: 'query', name: 'key' } },
]

/** Numbers from 0 to 1 that are the same for the same seed (mulberry32). */
function generator(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}
