import type { HeaderList } from '../http/header-list.ts'
import type { GatewayResponse, OutgoingRequest } from '../middleware/contract.ts'
import type { Change } from './explanation.ts'

/** Part of a message, or a header by its name: every value of it. */
type Parts = ReadonlyMap<
  string,
  { readonly part: Change['part']; readonly name: string | null; readonly values: string[] }
>

/** The request that will be sent, as it is now. */
export function partsOfRequest({ method, path, query, host, headers }: OutgoingRequest): Parts {
  return partsOf({ method, path, query, host }, headers)
}

/** An answer as it is now; a body that is no text counts as one that is there. */
export function partsOfResponse(response: GatewayResponse | undefined): Parts {
  if (!response) return new Map()
  const { status, headers, body } = response
  const text = body === undefined || typeof body === 'string' ? body : '(bytes)'
  return partsOf({ status: String(status), body: text }, headers)
}

function partsOf(scalars: Partial<Record<Change['part'], string | undefined>>, headers: HeaderList): Parts {
  const parts = new Map<string, { part: Change['part']; name: string | null; values: string[] }>()
  for (const [part, value] of Object.entries(scalars) as [Change['part'], string | undefined][]) {
    parts.set(part, { part, name: null, values: value === undefined ? [] : [value] })
  }
  headers.forEach((name, value) => {
    const key = `header ${name}`
    const field = parts.get(key)
    if (field) field.values.push(value)
    else parts.set(key, { part: 'header', name, values: [value] })
  })
  return parts
}

/** What differs between two moments of one message. */
export function changesBetween(before: Parts, after: Parts): Change[] {
  const changes: Change[] = []
  for (const key of new Set([...before.keys(), ...after.keys()])) {
    const then = before.get(key)
    const now = after.get(key)
    const about = now ?? then
    if (!about || sameValues(then?.values ?? [], now?.values ?? [])) continue
    const { part, name } = about
    changes.push({ part, name, before: then?.values ?? [], after: now?.values ?? [] })
  }
  return changes
}

function sameValues(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((value, index) => value === b[index])
}
