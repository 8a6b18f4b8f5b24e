interface WrittenRoute {
  id: string
  value: Record<string, unknown>
}

/** The upstreams that a route forwards to, as written: one, or the parts of a split. */
export function upstreamsOf(route: Record<string, unknown>): { id: string; weight: number | undefined }[] {
  const { forward } = route
  if (typeof forward !== 'object' || forward === null) return []
  if ('upstream' in forward && typeof forward.upstream === 'string')
    return [{ id: forward.upstream, weight: undefined }]
  if (!('split' in forward) || !Array.isArray(forward.split)) return []
  return forward.split.map((part: { upstream: string; weight?: number }) => ({
    id: part.upstream,
    weight: part.weight ?? 1,
  }))
}

/** The ids of the routes that forward to each upstream. */
export function routesByUpstream(routes: readonly WrittenRoute[]): Map<string, string[]> {
  const found = new Map<string, string[]>()
  for (const { id, value } of routes) {
    for (const upstream of new Set(upstreamsOf(value).map((part) => part.id))) {
      found.set(upstream, [...(found.get(upstream) ?? []), id])
    }
  }
  return found
}

/** The ids of the routes that refer to each shared middleware. */
export function middlewareRefs(routes: readonly WrittenRoute[]): Map<string, string[]> {
  const found = new Map<string, string[]>()
  for (const { id, value } of routes) {
    const uses = Array.isArray(value['middleware']) ? value['middleware'] : []
    const refs = uses.flatMap((use: { ref?: string }) => (use.ref === undefined ? [] : [use.ref]))
    for (const ref of new Set(refs)) found.set(ref, [...(found.get(ref) ?? []), id])
  }
  return found
}

interface WrittenListener {
  id: string
  value: { tls?: { certificates?: readonly string[] | undefined } | undefined }
}
interface WrittenUpstream {
  id: string
  value: { tls?: { certificate?: string | undefined } | undefined }
}

/** Who shows each certificate: listeners to clients, upstreams to their targets. */
export function certificateUsers(
  listeners: readonly WrittenListener[],
  upstreams: readonly WrittenUpstream[],
): Map<string, { kind: 'listeners' | 'upstreams'; id: string }[]> {
  const found = new Map<string, { kind: 'listeners' | 'upstreams'; id: string }[]>()
  const add = (certificate: string, kind: 'listeners' | 'upstreams', id: string) =>
    found.set(certificate, [...(found.get(certificate) ?? []), { kind, id }])
  for (const { id, value } of listeners) {
    for (const certificate of new Set(value.tls?.certificates)) add(certificate, 'listeners', id)
  }
  for (const { id, value } of upstreams) {
    if (value.tls?.certificate !== undefined) add(value.tls.certificate, 'upstreams', id)
  }
  return found
}
