import { RE2JS } from 're2js'
import { checkStrategy } from '../balancers/create.ts'
import { configuredPath } from '../http/comparable-path.ts'
import { parseHost } from '../http/host.ts'
import type { Kind } from '../schema/fields.ts'
import type { Path } from '../schema/path.ts'
import { type Finding, within } from './finding.ts'
import type { Certificate, Config, Listener, Model, Route, Upstream } from './model.ts'
import { certificatesFault } from './pem.ts'
import { urlFault } from './target-url.ts'

/** What is wrong with one resource by itself although each of its fields is right. Paths are relative to it. */
export function checkResource(model: Model, kind: Kind, resource: Config[Kind][number]): Finding[] {
  switch (kind) {
    case 'listeners':
      return checkListener(resource as Listener)
    case 'upstreams':
      return checkUpstream(resource as Upstream)
    case 'routes':
      return checkRoute(model, resource as Route)
    case 'middleware':
      return checkMiddleware(model, resource as Config['middleware'][number])
    case 'certificates':
      return checkCertificates(['certificate'], (resource as Certificate).certificate)
  }
}

function checkListener({ protocol, tls }: Listener): Finding[] {
  const at = ['tls', 'certificates']
  if (protocol === 'https' && tls.certificates.length === 0) {
    return [{ at, message: 'name at least one certificate; https needs one' }]
  }
  if (protocol === 'http' && tls.certificates.length > 0) {
    return [
      { at, message: 'this listener speaks http, which has no certificates; set protocol to https, or take them out' },
    ]
  }
  return []
}

/** `text` is certificates in PEM form; what is in a file, only a node can say. */
function checkCertificates(at: Path, text: Certificate['certificate'] | undefined): Finding[] {
  const message = typeof text === 'string' ? certificatesFault(text) : undefined
  return message === undefined ? [] : [{ at, message }]
}

function checkUpstream(upstream: Upstream): Finding[] {
  const findings: Finding[] = findRepeatedIds(upstream.targets).map((finding) => ({
    ...finding,
    at: ['targets', ...finding.at],
  }))
  upstream.targets.forEach(({ url }, index) => {
    const message = urlFault(url)
    if (message !== undefined) findings.push({ at: ['targets', index, 'url'], message })
  })
  if (upstream.host.type === 'fixed' && parseHost(upstream.host.value) === undefined) {
    findings.push({ at: ['host', 'value'], message: 'write a host, perhaps with a port' })
  }
  findings.push(...checkCertificates(['tls', 'ca'], upstream.tls.ca), ...checkHealth(upstream))
  if (upstream.affinity?.sameSite === 'none' && !upstream.affinity.secure) {
    findings.push({ at: ['affinity', 'secure'], message: 'browsers drop a cookie of sameSite none that is not secure' })
  }
  if (findings.length > 0) return findings
  return checkStrategy(upstream.strategy, upstream.targets).map((message) => ({ at: ['strategy'], message }))
}

function checkHealth({ health }: Upstream): Finding[] {
  const findings: Finding[] = []
  const { active, passive } = health
  if (active?.type === 'http') {
    active.expectStatus.forEach((range, index) => {
      const [low = '', high = low] = range.split('-')
      if (low > high)
        findings.push({ at: ['health', 'active', 'expectStatus', index], message: 'ends before it begins' })
    })
    if (active.method === 'HEAD' && active.expectBody !== undefined) {
      findings.push({ at: ['health', 'active', 'expectBody'], message: 'an answer to HEAD has no body' })
    }
  }
  if (passive.maxEjectMs < passive.ejectMs) {
    findings.push({ at: ['health', 'passive', 'maxEjectMs'], message: 'must not be below ejectMs' })
  }
  return findings
}

function checkRoute(model: Model, { match, middleware, forward, upgrades }: Route): Finding[] {
  const findings: Finding[] = []
  if (match.path?.type === 'regex') findings.push(...checkPattern(['match', 'path', 'value'], match.path.value))
  else if (match.path !== undefined && configuredPath(match.path.value) === undefined) {
    const message = 'no request can have this path: it climbs above /, or holds %2F, %5C, %00 or a % that is no escape'
    findings.push({ at: ['match', 'path', 'value'], message })
  }
  for (const list of ['headers', 'query'] as const) {
    match[list].forEach((condition, index) => {
      if (condition.type === 'regex') findings.push(...checkPattern(['match', list, index, 'value'], condition.value))
    })
  }
  middleware.forEach((use, index) => {
    if (use.ref === undefined) findings.push(...within(['middleware', index], checkMiddleware(model, use)))
  })
  upgrades.forEach((protocol, index) => {
    if (carriesRequests.test(protocol)) {
      const message =
        'requests inside another version of HTTP, or inside TLS, would pass unread; this is never switched to'
      findings.push({ at: ['upgrades', index], message })
    }
  })
  if (forward !== undefined && 'split' in forward && forward.split.every(({ weight }) => weight === 0)) {
    findings.push({ at: ['forward', 'split'], message: 'give at least one part a weight above 0' })
  }
  return findings
}

/** HTTP in any version (`h2c`, `http/2.0`), and TLS, in which it would be hidden (RFC 2817). */
const carriesRequests = /^(?:h[0-9]|https?(?:$|\/)|tls(?:$|\/))/

/** Of a compiled expression, about its number of steps: each may cost time for each character of a request. */
const largestPattern = 5000

function checkPattern(at: Path, expression: string): Finding[] {
  const tooLarge = [{ at, message: 'this expression is too large: repeat less' }]
  try {
    if (leastSteps(expression) > largestPattern) return tooLarge
    return RE2JS.compile(expression).programSize() > largestPattern ? tooLarge : []
  } catch (error) {
    const why = error instanceof Error ? error.message.replace(/^error parsing regexp: /, '') : 'unknown'
    return [{ at, message: `not an RE2 expression: ${why}` }]
  }
}

/**
 * So many steps it has at least, by its counted repetitions: to compile `a{1000}` 290 times over takes as long as
 * 5,000 routes should. What stands escaped, or in a class, repeats nothing.
 */
function leastSteps(expression: string): number {
  let steps = 0
  for (const [, least, most] of expression.matchAll(/\\.|\[\^?\]?(?:\\.|[^\]\\])*\]|\{(\d+)(?:,(\d*))?\}/gs)) {
    steps += Number(most || (least ?? 0))
  }
  return steps
}

/** `middleware` is a resource, or a place in a route where one is written out. */
function checkMiddleware(model: Model, middleware: { type: string }): Finding[] {
  const definition = model.catalogue.find(({ type }) => type === middleware.type)
  return (definition?.check?.(middleware) ?? []).map(({ path, message }) => ({ at: path, message }))
}

/** Ids that something before in the list has already. */
export function findRepeatedIds(list: readonly { id: string }[]): Finding[] {
  const first = new Map<string, number>()
  const findings: Finding[] = []
  list.forEach(({ id }, index) => {
    const before = first.get(id)
    if (before === undefined) first.set(id, index)
    else findings.push({ at: [index, 'id'], message: `"${id}" is the id of entry ${before} already` })
  })
  return findings
}
