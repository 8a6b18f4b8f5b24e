import { expect, test } from 'vitest'
import { auditPath } from './audit-path.ts'

const record = { id: 1, at: '2026-01-01T00:00:00.000Z', actor: 'ann@example.com', action: 'update', detail: [] }

test('a changed resource, a revision and a user are linked to', () => {
  expect(auditPath({ ...record, kind: 'upstreams', resource: 'shop' }, false)).toBe('/upstreams/shop')
  expect(auditPath({ ...record, action: 'publish', kind: 'revisions', resource: '42' }, false)).toBe('/revisions/42')
  expect(auditPath({ ...record, kind: 'users', resource: 'a+b@example.com' }, true)).toBe(
    '/settings/users?q=a%2Bb%40example.com',
  )
})

test('what was removed, and what only administrators see, is not', () => {
  expect(auditPath({ ...record, action: 'remove', kind: 'upstreams', resource: 'shop' }, true)).toBeUndefined()
  expect(auditPath({ ...record, kind: 'users', resource: 'ann@example.com' }, false)).toBeUndefined()
  expect(auditPath({ ...record, kind: 'draft', resource: '' }, true)).toBeUndefined()
})
