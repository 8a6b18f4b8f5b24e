import type { AuditItem } from './trpc.ts'

/** Where what was changed can be looked at; undefined when it was removed, or there is no such place for this role. */
export function auditPath({ kind, action, resource }: AuditItem, isAdmin: boolean): string | undefined {
  if (action === 'remove') return undefined
  const name = encodeURIComponent(resource)
  switch (kind) {
    case 'listeners':
    case 'upstreams':
    case 'routes':
    case 'middleware':
    case 'certificates':
    case 'revisions':
      return `/${kind}/${name}`
    case 'users':
    case 'secrets':
    case 'tokens':
      return isAdmin ? `/settings/${kind}?q=${name}` : undefined
    default:
      return undefined
  }
}
