import { afterEach, beforeEach, expect, test } from 'vitest'
import { authority, encryptedKey, old, plain, renewed, shop } from '../testing/certificates.ts'
import { startForTest, type TestControl } from '../testing/start.ts'

let control: TestControl
let client: TestControl['client']
const now = Date.parse('2119-12-22T12:00:00Z')

beforeEach(async () => {
  control = await startForTest({}, { now: () => now })
  client = control.client
})
afterEach(() => control.end())

const invalid = (...problems: object[]) => ({ data: { reason: 'invalid', problems } })
const problem = (path: string, message: RegExp) => ({ path, message: expect.stringMatching(message) })
const web = () => client.certificates.get.query({ id: 'web' })
const publish = async () =>
  client.revisions.publish.mutate({ etag: (await client.revisions.status.query()).draft.etag })
const apply = (document: object, publish = false) =>
  client.config.apply.mutate({ text: JSON.stringify(document), format: 'json', publish })

test('certificate and key are saved in one go; what comes back tells the certificate and never the key', async () => {
  const saved = await client.certificates.save.mutate({ id: 'web', ...shop })
  expect(saved.secret).toMatch(/^web-[0-9a-f]{12}$/)
  const list = await client.certificates.list.query()
  expect(list).toMatchObject([
    {
      id: 'web',
      etag: saved.etag,
      serving: 'added',
      value: { id: 'web', certificate: shop.certificate, key: { secret: saved.secret } },
      about: { names: ['shop.example.com', '*.shop.example.com', '10.0.0.7'], daysLeft: 9, keyType: 'EC P-256' },
    },
  ])
  expect(await client.secrets.list.query()).toMatchObject([
    { name: saved.secret, updatedBy: 'token test', usedBy: [{ kind: 'certificates', id: 'web' }] },
  ])
  await publish()
  const everything = JSON.stringify([
    list,
    await web(),
    await client.secrets.list.query(),
    await client.config.export.query({ format: 'json' }),
    await client.revisions.get.query({ number: 1 }),
    await client.audit.list.query({}),
  ])
  expect(everything).toContain(saved.secret)
  for (const line of shop.key.split('\n').filter((line) => line.length > 20 && !line.startsWith('-----'))) {
    expect(everything).not.toContain(line)
  }
})

test('an expired certificate can be saved, and says how long ago it was', async () => {
  await client.certificates.save.mutate({ id: 'web', ...old })
  expect((await web()).about?.daysLeft).toBeLessThan(-36_000)
})

test.each([
  ['a key of another certificate', { ...shop, key: renewed.key }, problem('key', /does not belong/)],
  ['a key with a passphrase', { ...shop, key: encryptedKey }, problem('key', /passphrase/)],
  ['something else for a key', { ...shop, key: shop.certificate }, problem('key', /no private key/)],
  ['a key of another kind', { ...shop, key: plain.key }, problem('key', /does not belong/)],
  [
    'a damaged certificate',
    { ...shop, certificate: shop.certificate.replace('MII', 'MIA') },
    problem('certificate', /./),
  ],
  ['a certificate cut short', { ...shop, certificate: shop.certificate.slice(0, 300) }, problem('certificate', /./)],
  [
    'a key beside the certificate',
    { ...shop, certificate: shop.certificate + shop.key },
    problem('certificate', /key/),
  ],
  [
    'a chain in the wrong order',
    { ...shop, certificate: authority + shop.certificate },
    problem('certificate', /first/),
  ],
])('%s is refused at its place, without a word of the key, and nothing is kept', async (_, pair, expected) => {
  const refused = await control.call(
    'certificates.save',
    { id: 'web', ...pair },
    { authorization: `Bearer ${control.token}` },
  )
  expect(refused.error).toMatchObject(invalid(expected))
  expect(JSON.stringify(refused.error)).not.toContain('MIGHAgEAMBMG')
  expect(await client.certificates.list.query()).toEqual([])
  expect(await client.secrets.list.query()).toEqual([])
})

test('an id that is taken, or is none, is refused at the id', async () => {
  await client.certificates.save.mutate({ id: 'web', ...shop })
  await expect(client.certificates.save.mutate({ id: 'web', ...renewed })).rejects.toMatchObject(
    invalid({ path: 'id' }),
  )
  await expect(client.certificates.save.mutate({ id: 'Not a slug', ...shop })).rejects.toMatchObject(
    invalid({ path: 'id' }),
  )
  expect(await client.secrets.list.query()).toHaveLength(1)
})

test('replacing brings certificate and key in one step, and keeps what else was written', async () => {
  const first = await client.certificates.save.mutate({ id: 'web', ...shop })
  const { value } = await web()
  const { etag } = await client.certificates.update.mutate({
    id: 'web',
    etag: first.etag,
    value: { ...value, title: 'Shop' },
  })
  const stale = { id: 'web', etag: first.etag, ...renewed }
  await expect(client.certificates.save.mutate(stale)).rejects.toMatchObject({ data: { reason: 'conflict' } })
  const second = await client.certificates.save.mutate({ id: 'web', etag, ...renewed })
  expect((await web()).value).toEqual({
    id: 'web',
    title: 'Shop',
    certificate: renewed.certificate,
    key: { secret: second.secret },
  })
  // The first key was never published: nothing can need it.
  expect((await client.secrets.list.query()).map(({ name }) => name)).toEqual([second.secret])
})

test('what serves keeps its key until the new certificate is published, and a roll-back finds it again', async () => {
  const first = await client.certificates.save.mutate({ id: 'web', ...shop })
  await publish()
  const second = await client.certificates.save.mutate({ id: 'web', etag: first.etag, ...renewed })
  expect((await client.secrets.list.query()).map(({ name }) => name).sort()).toEqual(
    [first.secret, second.secret].sort(),
  )
  await expect(client.secrets.remove.mutate({ name: first.secret })).rejects.toMatchObject({
    data: { reason: 'in_use' },
  })
  await publish()
  await client.revisions.rollback.mutate({ number: 1 })
  expect((await web()).value).toMatchObject({ certificate: shop.certificate, key: { secret: first.secret } })
})

test('a renewal that keeps its key keeps its secret as it was', async () => {
  const { etag } = await client.certificates.save.mutate({ id: 'web', ...shop })
  const [before] = await client.secrets.list.query()
  await client.certificates.save.mutate({ id: 'web', etag, certificate: shop.certificate + authority, key: shop.key })
  expect(await client.secrets.list.query()).toEqual([before])
})

test('a certificate of the document says where its key is: in a secret that is there and belongs to it', async () => {
  const create = (key: object) =>
    client.certificates.create.mutate({ value: { id: 'web', certificate: shop.certificate, key } })
  await expect(create({ secret: 'web-key' })).rejects.toMatchObject(
    invalid(problem('key.secret', /no secret "web-key"/)),
  )
  await client.secrets.set.mutate({ name: 'web-key', value: renewed.key })
  await expect(create({ secret: 'web-key' })).rejects.toMatchObject(invalid(problem('key', /does not belong/)))
  const check = { value: { id: 'web', certificate: shop.certificate, key: { secret: 'web-key' } } }
  expect((await client.certificates.check.query(check)).problems).toMatchObject([{ path: 'key' }])
  await client.secrets.set.mutate({ name: 'web-key', value: shop.key })
  expect((await client.certificates.check.query(check)).problems).toEqual([])
  await create({ secret: 'web-key' })
  expect((await web()).about?.subject).toBe('shop.example.com')
})

test('what only a node can read is left to the node', async () => {
  await client.certificates.create.mutate({
    value: { id: 'one', certificate: { file: 'web.pem' }, key: { file: 'web.key' } },
  })
  await client.certificates.create.mutate({
    value: { id: 'two', certificate: shop.certificate, key: { env: 'WEB_KEY' } },
  })
  const abouts = (await client.certificates.list.query()).map(({ about }) => about?.subject ?? null)
  expect(abouts).toEqual([null, 'shop.example.com'])
  await publish()
})

const documentOf = (key: string) => ({
  switchyard: 1,
  listeners: [{ id: 'web', port: 8443, protocol: 'https', tls: { certificates: ['web'] } }],
  certificates: [{ id: 'web', certificate: shop.certificate, key: { secret: key } }],
})

test('a document is refused, with path and line, for a key that is missing or another; when it is right it goes round', async () => {
  const text = `switchyard: 1
certificates:
  - id: web
    key: { secret: web-key }
    certificate: |
${shop.certificate.replace(/^/gm, '      ')}
`
  const expected = { problems: [{ ...problem('certificates[0].key.secret', /no secret/), line: 4 }] }
  expect(await client.config.validate.query({ text, format: 'yaml' })).toMatchObject(expected)
  await expect(client.config.apply.mutate({ text, format: 'yaml' })).rejects.toMatchObject({ data: expected })
  await client.secrets.set.mutate({ name: 'web-key', value: shop.key })
  expect(await client.config.validate.query({ text, format: 'yaml' })).toEqual({ problems: [] })
  await client.config.apply.mutate({ text, format: 'yaml' })
  const exported = await client.config.export.query({ format: 'yaml' })
  expect(await client.config.diff.query({ ...exported, format: 'yaml' })).toEqual([])
  expect(await client.config.apply.mutate({ ...exported, format: 'yaml', prune: true })).toEqual({ changes: [] })
})

test('nothing is published that no node could serve for its key', async () => {
  await client.secrets.set.mutate({ name: 'web-key', value: shop.key })
  await apply(documentOf('web-key'))
  await client.secrets.set.mutate({ name: 'web-key', value: renewed.key })
  const refused = invalid(problem('certificates[0].key', /does not belong/))
  await expect(publish()).rejects.toMatchObject(refused)
  await client.secrets.set.mutate({ name: 'web-key', value: shop.key })
  await publish()
  await apply({ switchyard: 1, listeners: [{ id: 'web', port: 8080 }] })
  await apply({ switchyard: 1, routes: [{ id: 'a', middleware: [{ type: 'respond' }] }] }, true)
  await client.secrets.set.mutate({ name: 'web-key', value: renewed.key })
  await expect(client.revisions.rollback.mutate({ number: 1 })).rejects.toMatchObject(refused)
})

test('a certificate that something refers to is not removed', async () => {
  await client.secrets.set.mutate({ name: 'web-key', value: shop.key })
  await apply(documentOf('web-key'))
  const { etag, usedBy } = await web()
  expect(usedBy).toEqual([{ kind: 'listeners', id: 'web' }])
  await expect(client.certificates.remove.mutate({ id: 'web', etag })).rejects.toMatchObject({
    data: { reason: 'in_use' },
  })
})
