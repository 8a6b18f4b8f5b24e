import { randomBytes } from 'node:crypto'
import { readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { renewed, shop } from '../testing/certificates.ts'
import { startForTest, type TestControl } from '../testing/start.ts'

let control: TestControl
beforeEach(async () => {
  control = await startForTest()
})
afterEach(() => control.end())

const document = (secret: string) => ({
  text: JSON.stringify({
    switchyard: 1,
    certificates: [{ id: 'web', certificate: shop.certificate, key: { secret } }],
  }),
  format: 'json' as const,
})

test('a secret is set and replaced under its name, and told without its value', async () => {
  const { client } = control
  await client.secrets.set.mutate({ name: 'one', value: 'the first value' })
  const [first] = await client.secrets.list.query()
  expect(first).toEqual({ name: 'one', updatedAt: expect.any(String), updatedBy: 'token test', usedBy: [] })
  await client.secrets.set.mutate({ name: 'one', value: 'the second value' })
  await client.secrets.set.mutate({ name: 'another', value: 'x' })
  expect((await client.secrets.list.query()).map(({ name }) => name)).toEqual(['another', 'one'])
  const audit = await client.audit.list.query({})
  expect(audit.slice(0, 3).map(({ action, kind, resource }) => `${action} ${kind} ${resource}`)).toEqual([
    'create secrets another',
    'update secrets one',
    'create secrets one',
  ])
  expect(JSON.stringify(audit)).not.toContain('value of')
  expect(JSON.stringify(audit)).not.toMatch(/first value|second value/)
  await client.secrets.remove.mutate({ name: 'another' })
  await expect(client.secrets.remove.mutate({ name: 'another' })).rejects.toMatchObject({
    data: { reason: 'not_found' },
  })
})

test('values lie in the database encrypted', async () => {
  await control.client.secrets.set.mutate({ name: 'one', value: 'a value that is easy to find' })
  const { home } = control
  await control.close()
  for (const file of ['switchyard.db', 'switchyard.db-wal']) {
    const bytes = await readFile(join(home, file)).catch(() => Buffer.of())
    expect(bytes.includes('easy to find')).toBe(false)
  }
  control = await startForTest({}, { home })
})

test('names are slugs and values are bounded; what is refused is not repeated', async () => {
  const bearer = { authorization: `Bearer ${control.token}` }
  for (const input of [
    { name: 'Not a slug', value: 'unmistakable' },
    { name: 'one', value: '' },
    { name: 'one', value: 'unmistakable'.repeat(10_000) },
    { name: 'one', value: ['unmistakable'] },
    { name: 'one', value: 'unmistakable', extra: 'unmistakable' },
  ]) {
    const { error } = await control.call('secrets.set', input, bearer)
    expect(error?.data.reason).toBe('invalid')
    expect(JSON.stringify(error)).not.toContain('unmistakable')
  }
  expect(await control.client.secrets.list.query()).toEqual([])
})

test('a secret that the draft or what serves refers to is not removed', async () => {
  const { client } = control
  await client.secrets.set.mutate({ name: 'web-key', value: shop.key })
  await client.config.apply.mutate(document('web-key'))
  const inUse = { data: { reason: 'in_use', problems: [{ path: 'certificates.web' }] } }
  await expect(client.secrets.remove.mutate({ name: 'web-key' })).rejects.toMatchObject(inUse)
  const { draft } = await client.revisions.status.query()
  await client.revisions.publish.mutate({ etag: draft.etag })
  const { etag } = await client.certificates.get.query({ id: 'web' })
  await client.certificates.remove.mutate({ id: 'web', etag })
  expect(await client.secrets.list.query()).toMatchObject([{ usedBy: [{ kind: 'certificates', id: 'web' }] }])
  await expect(client.secrets.remove.mutate({ name: 'web-key' })).rejects.toMatchObject(inUse)
  await client.config.apply.mutate({
    text: '{"switchyard":1,"listeners":[{"id":"a","port":1}]}',
    format: 'json',
    prune: true,
    publish: true,
  })
  await client.secrets.remove.mutate({ name: 'web-key' })
})

test('a restart opens what was stored before, with the key of the home folder or of the environment', async () => {
  const { home } = control
  await control.client.secrets.set.mutate({ name: 'web-key', value: shop.key })
  await control.close()
  const key = (await readFile(join(home, 'secret.key'), 'utf8')).trim()
  await rm(join(home, 'secret.key'))
  await expect(startForTest({}, { home })).rejects.toThrow(
    /secret\.key is missing, which opens the stored secrets \(1\)/,
  )
  control = await startForTest({ SWITCHYARD_SECRET_KEY: key }, { home })
  await control.client.config.apply.mutate(document('web-key'))
})

test('with another key it starts, says which secrets it cannot open, and uses none of them', async () => {
  const { home } = control
  await control.client.secrets.set.mutate({ name: 'web-key', value: shop.key })
  await control.client.secrets.set.mutate({ name: 'other', value: renewed.key })
  await control.close()
  const said: [object, string][] = []
  const none = () => {}
  const log = {
    debug: none,
    info: none,
    warn: none,
    error: (about: object, text: string) => void said.push([about, text]),
  }
  control = await startForTest({ SWITCHYARD_SECRET_KEY: randomBytes(32).toString('base64') }, { home, log })
  expect(said).toEqual([[{ key: 'SWITCHYARD_SECRET_KEY', secrets: ['web-key', 'other'] }, expect.any(String)]])
  await expect(control.client.config.apply.mutate(document('web-key'))).rejects.toMatchObject({
    data: { problems: [{ path: 'certificates[0].key', message: expect.stringMatching(/stored with another key/) }] },
  })
  await control.client.secrets.set.mutate({ name: 'web-key', value: shop.key })
  await control.client.config.apply.mutate(document('web-key'))
})

test('what is no key is refused at the start, and not repeated', async () => {
  const starting = startForTest({ SWITCHYARD_SECRET_KEY: 'unmistakable' }, { home: control.home })
  await expect(starting).rejects.toThrow(/32 bytes in base64/)
  await expect(starting).rejects.not.toThrow(/unmistakable/)
})

test('the key of affinity cookies is a secret in use: it stays, and a certificate of the same name does not take it', async () => {
  const { client } = control
  await client.certificates.save.mutate({ id: 'web', ...shop })
  const [stored] = await client.secrets.list.query()
  const name = stored?.name ?? ''
  const value = { id: 'web', affinity: { type: 'cookie', key: { secret: name } } }
  await client.upstreams.create.mutate({ value })
  const users = async () => (await client.secrets.list.query()).find((secret) => secret.name === name)?.usedBy
  expect(await users()).toEqual([
    { kind: 'upstreams', id: 'web' },
    { kind: 'certificates', id: 'web' },
  ])
  await expect(client.secrets.remove.mutate({ name })).rejects.toMatchObject({
    data: { reason: 'in_use', problems: [{ path: 'upstreams.web' }, { path: 'certificates.web' }] },
  })
  const { etag } = await client.certificates.get.query({ id: 'web' })
  await client.certificates.save.mutate({ id: 'web', etag, ...renewed })
  expect(await users()).toEqual([{ kind: 'upstreams', id: 'web' }])
})
