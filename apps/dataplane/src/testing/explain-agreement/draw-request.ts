import type { Config, Route } from '@switchyard/core/config/model'
import type { Field } from '@switchyard/core/explain/explanation'
import type { ClientRequest } from '@switchyard/core/explain/request-text'

/** Where requests come from: addresses of this machine. */
const peers = ['127.0.0.1', '127.0.0.2', '127.0.0.3', '127.0.0.4']
const sayable = /^[\t\x20-\x7e\x80-\xff]*$/
const passedOn = ['GET', 'POST', 'PUT', 'DELETE', 'HEAD', 'OPTIONS', 'PATCH', 'QUERY', 'PURGE']

/** A request that one of the routes asks for, or nearly; now and then one that nobody does, or that is refused. */
export function drawRequest(config: Config, random: () => number): ClientRequest & { readonly body: string } {
  const one = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)] as T
  const chance = (of: number): boolean => random() < of
  const enabled = config.routes.filter((route) => route.enabled)
  const ours = enabled.filter(({ id }) => id.startsWith('more-'))
  const route = chance(0.97) && enabled.length > 0 ? one(ours.length > 0 && chance(0.6) ? ours : enabled) : undefined
  const match: Partial<Route['match']> = route?.match ?? {}

  const listeners = config.listeners.map(({ id }) => id)
  const listener = match.listeners && chance(0.95) ? one(match.listeners) : one(listeners)
  const methods = (match.methods ?? passedOn).filter((method) => passedOn.includes(method))
  const method = chance(0.03) ? one(['CONNECT', 'BREW', 'OPTIONS']) : one(methods.length > 0 ? methods : passedOn)
  const body = ['POST', 'PUT', 'PATCH'].includes(method) && chance(0.5) ? 'x'.repeat(Math.floor(random() * 30)) : ''

  const headers: Field[] = []
  if (!chance(0.01)) headers.push(['Host', drawHost(match.hosts)])
  for (const condition of match.headers ?? []) {
    if (condition.name !== 'host' && !framing.has(condition.name) && chance(0.95))
      headers.push([condition.name, valueFor(condition)])
  }
  for (const [field, often] of others) if (chance(often)) headers.push([field[0], one(field[1])])
  if (body !== '' || chance(0.02)) headers.push(['Content-Length', String(body.length)])
  const path = chance(0.02) ? one(oddTargets) : disguised(pathFor(match.path))
  const query = queryFor(match.query ?? [])
  const mayAsk = path.startsWith('/')
  return {
    listener,
    peer: one(peers),
    method,
    url: mayAsk && query !== '' ? `${path}?${query}` : path,
    headers: headers.filter(([, value]) => sayable.test(value)),
    body,
    httpVersion: chance(0.03) ? '1.0' : '1.1',
  }

  function drawHost(hosts: readonly string[] | undefined): string {
    const host = hosts && chance(0.95) ? one(hosts) : one(['a.com', 'b.a.com', 'c.b.a.com', 'x.org', '127.0.0.1'])
    const named = host.startsWith('*.') ? `${one(['b', 'c.d'])}${host.slice(1)}` : host
    if (chance(0.1)) return `${named}:8080`
    return chance(0.1) ? named.toUpperCase() : chance(0.01) ? `${named}/` : named
  }

  function pathFor(path: Route['match']['path']): string {
    if (!path || chance(0.04)) return one(['/', '/a', '/a/b', '/v1/x', '/a../b', '/a%2e%2e'])
    if (path.type === 'regex') return one(['/a', '/a../b', '/b/x', '/v1', '/v12/y/z', '/shop', '/'])
    const { value } = path
    if (path.type === 'exact' || chance(0.3)) return value
    return `${value}${value.endsWith('/') ? '' : '/'}${one(['x', 'x/y', 'caf%C3%A9', '', '../b', '.'])}`
  }

  /** The same path to whoever compares by meaning, mostly. */
  function disguised(path: string): string {
    let sent = path.replace(/[^\x21\x22\x24-\x7e]|[?\\]/g, encodeURIComponent)
    if (chance(0.05)) sent = sent.replace('a', '%61')
    if (chance(0.05)) sent = sent.replace('/', '//')
    if (chance(0.05)) sent = sent.replace('/', '/./')
    return chance(0.02) ? `http://${headers[0]?.[1] ?? 'a.com'}${sent}` : sent
  }

  function queryFor(conditions: Route['match']['query']): string {
    const pairs = conditions.filter(() => chance(0.95)).map((condition) => [condition.name, valueFor(condition)])
    if (chance(0.4)) pairs.push([one(['p', 'q', 'P']), one(['1', '2', 'ab', 'b', ''])])
    return pairs.map((pair) => pair.map((text = '') => encodeURIComponent(text)).join('=')).join('&')
  }

  function valueFor(condition: Route['match']['headers'][number]): string {
    if (condition.type === 'exact') return condition.value
    return one(condition.type === 'present' ? ['1', 'ab', 'x'] : ['1', '12', 'ab', 'b', 'x', 'shop'])
  }
}

/** Fields that say how the message ends or where; they are drawn by themselves. */
const framing = new Set(['content-length', 'transfer-encoding', 'upgrade', 'connection', 'expect'])

/** Names, values and how often. */
const others: readonly (readonly [readonly [string, readonly string[]], number])[] = [
  [['p', ['1', '2', 'ab', 'b']], 0.3],
  [['Q', ['1', 'ab']], 0.2],
  [['Cookie', ['q=1', 'x=y; q=2', 'q=abc; p=1', 'switchyard=forged']], 0.3],
  [['X-Forwarded-For', ['192.0.2.7', '192.0.2.7, 10.0.0.1', 'unknown, 2001:db8::1', '127.0.0.3, 127.0.0.2']], 0.3],
  [['X-Forwarded-Proto', ['https', 'ftp']], 0.2],
  [['X-Forwarded-Host', ['asked.example', 'no host']], 0.1],
  [['X-Request-Id', ['given-1', 'not usable']], 0.1],
  [['Forwarded', ['for=192.0.2.1']], 0.1],
  [['Traceparent', ['00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01', 'nonsense']], 0.1],
  [['Tracestate', ['a=b']], 0.1],
  [['Connection', ['close', 'keep-alive', 'x-private', 'keep-alive, p']], 0.1],
  [['X-Private', ['1']], 0.1],
  [['Keep-Alive', ['timeout=5']], 0.05],
  [['TE', ['trailers']], 0.05],
  [['Accept', ['text/html', '*/*']], 0.2],
]

/** Request targets that are refused, or are for nobody but the gateway. */
const oddTargets = [
  '*',
  '/..',
  '/a%2Fb',
  '/a%00',
  '/%',
  'nonsense',
  '/a\\b',
  '/a/..;/b',
  'http://other.example/',
  '/a#b',
]
