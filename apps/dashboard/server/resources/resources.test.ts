import { afterEach, beforeEach, expect, test } from 'vitest'
import { shopDocument } from '../testing/documents.ts'
import { startForTest, type TestControl } from '../testing/start.ts'

let control: TestControl

beforeEach(async () => {
  control = await startForTest()
  await control.client.config.apply.mutate({ text: JSON.stringify(shopDocument), format: 'json', publish: true })
})

afterEach(() => control.end())

const shop = () => control.client.upstreams.get.query({ id: 'shop' })
const invalid = (path: string) => ({ data: { reason: 'invalid', problems: [{ path }] } })

test('a resource is kept as it was written: no default is filled in', async () => {
  const value = { id: 'plain', targets: [{ id: 'a', url: 'http://127.0.0.1:1', weight: 1 }], labels: { team: 'x' } }
  await control.client.upstreams.create.mutate({ value })
  expect((await control.client.upstreams.get.query({ id: 'plain' })).value).toEqual(value)
})

test('each resource says how it stands against what serves, and who uses it', async () => {
  expect(await shop()).toMatchObject({ serving: 'same', usedBy: [{ kind: 'routes', id: 'shop' }] })
  const { etag, value } = await shop()
  await control.client.upstreams.update.mutate({ id: 'shop', etag, value: { ...value, drainMs: 1 } })
  await control.client.upstreams.create.mutate({ value: { id: 'new' } })
  const list = await control.client.upstreams.list.query()
  expect(list.map(({ id, serving }) => `${id} ${serving}`)).toEqual(['shop changed', 'new added'])
})

test('of two edits of one resource the second is a conflict, and changes nothing', async () => {
  const { etag, value } = await shop()
  await control.client.upstreams.update.mutate({ id: 'shop', etag, value: { ...value, title: 'first' } })
  const conflict = { data: { code: 'CONFLICT', reason: 'conflict' } }
  const second = { id: 'shop', etag, value: { ...value, title: 'second' } }
  await expect(control.client.upstreams.update.mutate(second)).rejects.toMatchObject(conflict)
  await expect(control.client.upstreams.remove.mutate({ id: 'shop', etag })).rejects.toMatchObject(conflict)
  const weight = { upstream: 'shop', target: 'a', weight: 1, etag }
  await expect(control.client.targets.setWeight.mutate(weight)).rejects.toMatchObject(conflict)
  expect((await shop()).value.title).toBe('first')
})

test('of edits at the same time exactly one wins', async () => {
  const { etag, value } = await shop()
  const results = await Promise.allSettled(
    [1, 2, 3, 4].map((drainMs) =>
      control.client.upstreams.update.mutate({ id: 'shop', etag, value: { ...value, drainMs } }),
    ),
  )
  expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
})

test('what is wrong is told at its place in the resource', async () => {
  const { etag, value } = await shop()
  const update = (changed: object) =>
    control.client.upstreams.update.mutate({ id: 'shop', etag, value: { ...value, ...changed } })
  const [a, b] = value.targets ?? []
  await expect(update({ targets: [a, { ...b, weight: 70_000 }] })).rejects.toMatchObject(invalid('targets[1].weight'))
  await expect(update({ targets: [a, { ...b, wieght: 1 }] })).rejects.toMatchObject(invalid('targets[1].wieght'))
  await expect(update({ targets: [a, { ...b, id: 'a' }] })).rejects.toMatchObject(invalid('targets[1].id'))
  await expect(update({ id: 'renamed' })).rejects.toMatchObject(invalid('id'))
  const route = { id: 'lost', forward: { upstream: 'nowhere' } }
  await expect(control.client.routes.create.mutate({ value: route })).rejects.toMatchObject(invalid('forward.upstream'))
  await expect(control.client.upstreams.create.mutate({ value: { id: 'shop' } })).rejects.toMatchObject(invalid('id'))
})

test('a field that reaches into JavaScript is refused like any other unknown one, not dropped', async () => {
  const value = JSON.parse('{ "id": "new", "__proto__": { "targets": [] } }')
  await expect(control.client.upstreams.create.mutate({ value })).rejects.toMatchObject(invalid('__proto__'))
  const list = JSON.parse('[]')
  await expect(control.client.upstreams.create.mutate({ value: list })).rejects.toMatchObject(invalid('value'))
})

test('a check says what a save would, and saves nothing', async () => {
  const { etag } = await shop()
  const check = (input: { id?: string; value: Record<string, unknown> }) => control.client.upstreams.check.query(input)
  expect(await check({ value: { id: 'shop' } })).toMatchObject({ problems: [{ path: 'id' }] })
  expect(await check({ id: 'shop', value: { id: 'shop' } })).toEqual({ problems: [] })
  expect(await check({ value: { id: 'x', drainMs: -1 } })).toMatchObject({ problems: [{ path: 'drainMs' }] })
  expect((await shop()).etag).toBe(etag)
})

test('what something refers to stays, and the refusal names who', async () => {
  const { etag } = await shop()
  await expect(control.client.upstreams.remove.mutate({ id: 'shop', etag })).rejects.toMatchObject({
    data: { reason: 'in_use', problems: [{ path: 'routes.shop' }] },
  })
  const route = await control.client.routes.get.query({ id: 'shop' })
  await control.client.routes.remove.mutate({ id: 'shop', etag: route.etag })
  await control.client.upstreams.remove.mutate({ id: 'shop', etag })
  await expect(shop()).rejects.toMatchObject({ data: { reason: 'not_found' } })
})

test('an upstream that takes over from another one stays, and goes together with it', async () => {
  const { client } = control
  const spare = await client.upstreams.create.mutate({ value: { id: 'spare' } })
  const value = { id: 'first', whenNoneEligible: { upstream: 'spare' } }
  const first = await client.upstreams.create.mutate({ value })
  expect((await client.upstreams.get.query({ id: 'spare' })).usedBy).toEqual([{ kind: 'upstreams', id: 'first' }])
  await expect(client.upstreams.remove.mutate(spare)).rejects.toMatchObject({
    data: { reason: 'in_use', problems: [{ path: 'upstreams.first' }] },
  })
  const back = { id: 'spare', whenNoneEligible: { upstream: 'first' } }
  await expect(client.upstreams.update.mutate({ ...spare, value: back })).rejects.toMatchObject(
    invalid('whenNoneEligible.upstream'),
  )
  const { etag } = await client.upstreams.update.mutate({ ...first, value: { id: 'first' } })
  await client.upstreams.update.mutate({ id: 'first', etag, value })
  const document = (upstreams: object[]) =>
    client.config.apply.mutate({ text: JSON.stringify({ switchyard: 1, upstreams }), format: 'json', prune: true })
  await expect(document([value])).rejects.toMatchObject(invalid('upstreams[0].whenNoneEligible.upstream'))
  await document([{ id: 'first' }])
  expect((await client.upstreams.list.query()).map(({ id }) => id)).toEqual(['first'])
})

test('weight, drain and enabled are set without touching the rest, and wrong ones are refused by their name', async () => {
  const { etag } = await shop()
  const b = { upstream: 'shop', target: 'b' }
  await expect(control.client.targets.setWeight.mutate({ ...b, weight: 70_000, etag })).rejects.toMatchObject(
    invalid('weight'),
  )
  await expect(control.client.targets.setWeight.mutate({ ...b, weight: 1.5, etag })).rejects.toMatchObject(
    invalid('weight'),
  )
  const weighed = await control.client.targets.setWeight.mutate({ ...b, weight: 4, etag })
  const drained = await control.client.targets.drain.mutate({ ...b, etag: weighed.etag })
  const disabled = await control.client.targets.setEnabled.mutate({ ...b, enabled: false, etag: drained.etag })
  expect((await shop()).value.targets?.[1]).toEqual({
    ...shopDocument.upstreams[0].targets[1],
    weight: 4,
    drain: true,
    enabled: false,
  })
  await control.client.targets.undrain.mutate({ ...b, etag: disabled.etag })
  expect((await shop()).value.targets?.[1]?.drain).toBe(false)
  const none = { upstream: 'shop', target: 'none', etag: (await shop()).etag }
  await expect(control.client.targets.drain.mutate(none)).rejects.toMatchObject({ data: { reason: 'not_found' } })
})

test('a drain is published alone, says what is kept, and is refused on a stale etag or for an unknown target', async () => {
  const { client } = control
  const { etag } = await shop()
  const b = { upstream: 'shop', target: 'b', publish: true }
  const drained = await client.targets.drain.mutate({ ...b, etag })
  expect(drained).toMatchObject({
    revision: 2,
    effects: [{ upstream: 'shop', reset: [{ what: 'connections', targets: ['b'], because: 'drains' }] }],
  })
  await expect(client.targets.undrain.mutate({ ...b, etag })).rejects.toMatchObject({ data: { reason: 'conflict' } })
  const again = await client.targets.drain.mutate({ ...b, etag: drained.etag })
  expect(again.revision).toBeUndefined()
  const back = await client.targets.undrain.mutate({ ...b, etag: again.etag })
  expect(back.revision).toBe(3)
  await expect(client.targets.drain.mutate({ ...b, target: 'none', etag: back.etag })).rejects.toMatchObject({
    data: { reason: 'not_found' },
  })
  await expect(client.targets.drain.mutate({ ...b, upstream: 'none', etag: back.etag })).rejects.toMatchObject({
    data: { reason: 'not_found' },
  })
})

test('every change is in the audit, with who, what and the change in words, and no secret', async () => {
  const { etag } = await shop()
  await control.client.targets.setWeight.mutate({ upstream: 'shop', target: 'b', weight: 4, etag, publish: true })
  await control.client.users.create.mutate({ email: 'v@example.com', password: 'a secret word', role: 'viewer' })
  const { token } = await control.client.tokens.create.mutate({ name: 'ci', kind: 'api', role: 'admin' })
  const records = await control.client.audit.list.query({ limit: 5 })
  expect(records.map(({ action, kind, resource }) => `${action} ${kind} ${resource}`)).toEqual([
    'create tokens ci',
    'create users v@example.com',
    'set-weight upstreams shop',
    'publish revisions 2',
    'apply draft ',
  ])
  expect(records[2]?.detail[0]).toContain('weight 1 → 4')
  expect(records.every(({ actor }) => actor === 'token test')).toBe(true)
  expect(JSON.stringify(records)).not.toContain('a secret word')
  expect(JSON.stringify(records)).not.toContain(token)
  const older = await control.client.audit.list.query({ before: records[4]?.id ?? 0 })
  expect(older.map(({ action }) => action)).toContain('sign-in')
})

test('a document is exported as it would be written, and goes in again without a change', async () => {
  const before = (await control.client.revisions.status.query()).draft.etag
  for (const format of ['yaml', 'json'] as const) {
    const { text } = await control.client.config.export.query({ format })
    expect(text).not.toContain('drainMs')
    expect(await control.client.config.diff.query({ text, format })).toEqual([])
    expect(await control.client.config.apply.mutate({ text, format, prune: true })).toEqual({ changes: [] })
  }
  expect((await control.client.revisions.status.query()).draft.etag).toBe(before)
})

test('a wrong document is refused with path and line, and nothing of it is taken', async () => {
  const text = 'switchyard: 1\nlisteners:\n  - id: web\n    port: 8080\n    prot: http\n'
  const { problems } = await control.client.config.validate.query({ text, format: 'yaml' })
  expect(problems).toMatchObject([{ path: 'listeners[0].prot', line: 5 }])
  const before = await control.client.revisions.status.query()
  await expect(control.client.config.apply.mutate({ text, format: 'yaml', prune: true })).rejects.toMatchObject({
    data: { reason: 'invalid', problems },
  })
  expect((await control.client.revisions.status.query()).draft.etag).toBe(before.draft.etag)
})

test('a document without prune leaves what it does not name', async () => {
  const text = 'switchyard: 1\nlisteners:\n  - { id: second, port: 8081 }\n'
  const { changes } = await control.client.config.apply.mutate({ text, format: 'yaml' })
  expect(changes.map(({ action, id }) => `${action} ${id}`)).toEqual(['added second'])
  expect((await control.client.listeners.list.query()).map(({ id }) => id)).toEqual(['web', 'second'])
})
