import { hashText } from '@switchyard/core/config/canonical'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { routesDocument, shopDocument } from '../testing/documents.ts'
import { startForTest, type TestControl } from '../testing/start.ts'

let control: TestControl

beforeEach(async () => {
  control = await startForTest()
})

afterEach(() => control.end())

const apply = (document: object, options: { publish?: boolean; prune?: boolean; confirm?: boolean } = {}) =>
  control.client.config.apply.mutate({ text: JSON.stringify(document), format: 'json', ...options })
const status = () => control.client.revisions.status.query()
const shop = async () => {
  const { etag, value } = await control.client.upstreams.get.query({ id: 'shop' })
  return { etag, value }
}
const stored = (number: number) => control.services.db.revision.findUniqueOrThrow({ where: { number } })

test('the draft is published as the next revision, whose hash is that of its text', async () => {
  await apply(shopDocument)
  const { draft, head } = await status()
  expect(head).toBeNull()
  expect(draft).toMatchObject({ next: 1, problems: [] })
  expect(draft.changes.map(({ kind, id, action }) => `${action} ${kind} ${id}`)).toEqual([
    'added listeners web',
    'added upstreams shop',
    'added routes shop',
  ])
  const published = await control.client.revisions.publish.mutate({ etag: draft.etag, message: 'first' })
  expect(published.number).toBe(1)
  const after = await status()
  expect(after.head).toMatchObject({ number: 1, hash: published.hash, message: 'first', author: 'token test' })
  expect(after.draft.changes).toEqual([])
  const { document, hash } = await stored(1)
  expect(published.effects).toEqual([])
  expect(hashText(document)).toBe(hash)
  expect(hash).toBe(published.hash)
})

test('a draft that does not differ from what serves is not published, and neither is an empty one', async () => {
  const nothing = { data: { reason: 'nothing_to_publish' } }
  const empty = (await status()).draft.etag
  await expect(control.client.revisions.publish.mutate({ etag: empty })).rejects.toMatchObject(nothing)
  await apply(shopDocument, { publish: true })
  const { etag } = (await status()).draft
  await expect(control.client.revisions.publish.mutate({ etag })).rejects.toMatchObject(nothing)
})

test('publishing a draft that somebody else has changed since is a conflict', async () => {
  await apply(shopDocument)
  const { etag } = (await status()).draft
  await control.client.listeners.create.mutate({ value: { id: 'other', port: 8081 } })
  await expect(control.client.revisions.publish.mutate({ etag })).rejects.toMatchObject({
    data: { code: 'CONFLICT', reason: 'conflict' },
  })
})

test('of two publishers at once one gets the revision', async () => {
  await apply(shopDocument)
  const { etag } = (await status()).draft
  const results = await Promise.allSettled([1, 2, 3].map(() => control.client.revisions.publish.mutate({ etag })))
  expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
  expect(await control.services.db.revision.count()).toBe(1)
})

test('a changed weight is told in a sentence with its share', async () => {
  await apply(shopDocument, { publish: true })
  const { etag } = await shop()
  await control.client.targets.setWeight.mutate({ upstream: 'shop', target: 'b', weight: 5, etag })
  const { sentences } = (await status()).draft
  expect(sentences).toHaveLength(1)
  expect(sentences[0]).toMatch(/b of shop: weight 1 → 5.*17 % → 50 %/)
})

test('a publish that removes more than half of the routes asks back with the numbers, and obeys a confirmation', async () => {
  await apply(routesDocument(10), { publish: true })
  await expect(apply(routesDocument(4), { prune: true, publish: true })).rejects.toMatchObject({
    data: { reason: 'confirmation_required', httpStatus: 412, problems: [{ path: 'routes' }] },
    message: expect.stringContaining('6 of 10'),
  })
  // All or nothing: the draft was not changed either.
  expect((await status()).draft.changes).toEqual([])
  expect((await apply(routesDocument(5), { prune: true, publish: true })).revision).toBe(2)

  await apply(routesDocument(1), { prune: true })
  const { etag } = (await status()).draft
  const required = { data: { reason: 'confirmation_required' } }
  await expect(control.client.revisions.publish.mutate({ etag })).rejects.toMatchObject(required)
  expect((await control.client.revisions.publish.mutate({ etag, confirm: true })).number).toBe(3)
  await expect(apply({ switchyard: 1 }, { prune: true, publish: true })).rejects.toMatchObject(required)
})

test('disabling most routes, or removing the last listener, asks back too', async () => {
  await apply(routesDocument(2), { publish: true })
  const disabled = routesDocument(2)
  await expect(
    apply({ ...disabled, routes: disabled.routes.map((route) => ({ ...route, enabled: false })) }, { publish: true }),
  ).rejects.toMatchObject({ message: expect.stringContaining('2 of 2') })
  await expect(apply({ ...disabled, listeners: [] }, { prune: true, publish: true })).rejects.toMatchObject({
    data: { reason: 'confirmation_required', problems: [{ path: 'listeners' }] },
  })
})

test('a roll-back is a new revision with the identical text and hash, and the draft becomes its content', async () => {
  await apply(shopDocument, { publish: true })
  const { etag } = await shop()
  const weight = { upstream: 'shop', target: 'b', weight: 9 }
  expect((await control.client.targets.setWeight.mutate({ ...weight, etag, publish: true })).revision).toBe(2)
  await control.client.listeners.create.mutate({ value: { id: 'draft-only', port: 8081 } })

  const back = await control.client.revisions.rollback.mutate({ number: 1, message: 'back' })
  const [first, third] = [await stored(1), await stored(3)]
  expect(back).toMatchObject({ number: 3, hash: first.hash })
  expect(third.document).toBe(first.document)
  expect(third.rollbackOf).toBe(1)
  expect((await status()).draft.changes).toEqual([])
  expect((await shop()).value.targets?.[1]?.weight).toBeUndefined()
  await expect(control.client.revisions.rollback.mutate({ number: 1 })).rejects.toMatchObject({
    data: { reason: 'nothing_to_publish' },
  })
  await expect(control.client.revisions.rollback.mutate({ number: 99 })).rejects.toMatchObject({
    data: { reason: 'not_found' },
  })
})

test('a roll-back that removes more than half of the routes asks back', async () => {
  await apply(routesDocument(1), { publish: true })
  await apply(routesDocument(10), { publish: true })
  await expect(control.client.revisions.rollback.mutate({ number: 1 })).rejects.toMatchObject({
    message: expect.stringContaining('9 of 10'),
  })
  expect((await control.client.revisions.rollback.mutate({ number: 1, confirm: true })).number).toBe(3)
})

test('publish: true publishes just that change, on top of what serves', async () => {
  await apply(shopDocument, { publish: true })
  await control.client.listeners.create.mutate({ value: { id: 'draft-only', port: 8081 } })
  const drain = { upstream: 'shop', target: 'a', publish: true }
  const changed = await control.client.targets.drain.mutate({ ...drain, etag: (await shop()).etag })
  expect(changed.revision).toBe(2)
  expect((await stored(2)).document).not.toContain('draft-only')
  const { draft } = await status()
  expect(draft.changes.map(({ id }) => id)).toEqual(['draft-only'])

  const applied = await apply(
    { switchyard: 1, upstreams: [{ id: 'new', targets: [{ id: 'a', url: 'http://127.0.0.1:1' }] }] },
    { publish: true },
  )
  expect(applied.revision).toBe(3)
  expect((await stored(3)).document).not.toContain('draft-only')
  expect((await status()).draft.changes.map(({ id }) => id)).toEqual(['draft-only'])
})

test('a change that serves already is published as nothing', async () => {
  await apply(shopDocument, { publish: true })
  const { etag } = await shop()
  const again = await control.client.targets.setWeight.mutate({
    upstream: 'shop',
    target: 'a',
    weight: 5,
    etag,
    publish: true,
  })
  expect(again).toEqual({ etag: expect.any(String) })
  expect(await apply(shopDocument, { publish: true })).toEqual({ changes: [] })
  expect(await control.services.db.revision.count()).toBe(1)
})

test('discarding makes the draft what serves', async () => {
  await expect(control.client.revisions.discard.mutate({ etag: (await status()).draft.etag })).rejects.toMatchObject({
    data: { reason: 'not_found' },
  })
  await apply(shopDocument, { publish: true })
  await apply({ ...shopDocument, routes: [{ id: 'other', forward: { upstream: 'shop' } }] }, { prune: true })
  const { draft } = await status()
  expect(draft.changes.map(({ action, id }) => `${action} ${id}`)).toEqual(['added other', 'removed shop'])
  await expect(control.client.revisions.discard.mutate({ etag: 'stale' })).rejects.toMatchObject({
    data: { reason: 'conflict' },
  })
  const { etag } = await control.client.revisions.discard.mutate({ etag: draft.etag })
  expect((await status()).draft).toMatchObject({ etag, changes: [] })
})

test('revisions are listed newest first by pages, and any two are compared', async () => {
  await apply(shopDocument, { publish: true })
  for (const weight of [2, 3, 4]) {
    const { etag } = await shop()
    await control.client.targets.setWeight.mutate({ upstream: 'shop', target: 'b', weight, etag, publish: true })
  }
  const page = await control.client.revisions.list.query({ limit: 2 })
  expect(page.map(({ number }) => number)).toEqual([4, 3])
  expect(page[0]?.sentences[0]).toContain('weight 3 → 4')
  const rest = await control.client.revisions.list.query({ before: 3 })
  expect(rest.map(({ number }) => number)).toEqual([2, 1])
  const { sentences } = await control.client.revisions.diff.query({ from: 1, to: 4 })
  expect(sentences[0]).toContain('weight 1 → 4')
  expect((await control.client.revisions.get.query({ number: 4 })).document).toContain('weight: 4')
})
