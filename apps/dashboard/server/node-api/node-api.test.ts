import { hashText } from '@switchyard/core/config/canonical'
import { type Report, revisionId, type Snapshot } from '@switchyard/core/node-protocol'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { renewed, shop } from '../testing/certificates.ts'
import { routesDocument, shopDocument } from '../testing/documents.ts'
import { reportOf, targetOf } from '../testing/reports.ts'
import { openStream, type Stream } from '../testing/sse.ts'
import { nodeToken, startForTest, type TestControl } from '../testing/start.ts'

let control: TestControl
let now: number
const streams: Stream[] = []
/** What was logged as an error. */
let failures: string[]
const none = () => {}
const log = { debug: none, info: none, warn: none, error: (_: object, message: string) => void failures.push(message) }

beforeEach(async () => {
  now = Date.now()
  failures = []
  control = await startForTest({}, { now: () => now, log })
})

afterEach(async () => {
  for (const stream of streams.splice(0)) stream.close()
  await control.end()
})

const headers = { authorization: `Bearer ${nodeToken}` }
const publish = (document: object) =>
  control.client.config.apply.mutate({ text: JSON.stringify(document), format: 'json', publish: true })

async function subscribe(input: object = {}): Promise<Stream> {
  const query = encodeURIComponent(JSON.stringify({ node: 'one', ...input }))
  const stream = await openStream(`${control.url}/api/node/subscribe?input=${query}`, headers)
  streams.push(stream)
  return stream
}
const nextSnapshot = async (stream: Stream) => {
  const { id, data } = await stream.next()
  return { ...(data as Snapshot), id }
}

/** Of a revision of this number that nobody has. */
const id = (number: number) => revisionId({ number, hash: '0'.repeat(64) })

const report = (fields: Partial<Report> = {}): Report => reportOf({ startedAt: new Date(now).toISOString(), ...fields })
const send = async (fields: Partial<Report> = {}) => {
  const answer = await fetch(`${control.url}/api/node/report`, {
    method: 'POST',
    headers: { ...headers, 'content-type': 'application/json' },
    body: JSON.stringify(report(fields)),
  })
  expect(answer.status).toBe(200)
}
const node = async () => (await control.client.nodes.list.query())[0]

test('a node gets the head with its text and hash, then each newer one', async () => {
  await publish(shopDocument)
  const stream = await subscribe()
  const first = await nextSnapshot(stream)
  expect(first).toMatchObject({ number: 1, id: revisionId(first) })
  expect(hashText(first.document)).toBe(first.hash)
  await publish(routesDocument(1))
  expect((await nextSnapshot(stream)).number).toBe(2)
})

test('a node that has the head gets nothing until there is a newer one', async () => {
  await publish(shopDocument)
  const { head } = await control.client.revisions.status.query()
  const serving = { number: 1, hash: head?.hash ?? '' }
  const [reconnected, connected] = [await subscribe({ lastEventId: revisionId(serving) }), await subscribe({ serving })]
  expect(await reconnected.nextWithin(300)).toBeUndefined()
  expect(await connected.nextWithin(1)).toBeUndefined()
  await publish(routesDocument(1))
  expect((await nextSnapshot(reconnected)).number).toBe(2)
  expect((await nextSnapshot(connected)).number).toBe(2)
})

test('a node that was away skips to the newest', async () => {
  for (let i = 1; i <= 4; i++) await publish(routesDocument(i))
  expect((await nextSnapshot(await subscribe({ lastEventId: id(1) }))).number).toBe(4)
})

test('a node with a number from the future, or another content of the number, gets the head whole', async () => {
  await publish(shopDocument)
  expect((await nextSnapshot(await subscribe({ lastEventId: id(42) }))).number).toBe(1)
  expect((await nextSnapshot(await subscribe({ serving: { number: 1, hash: '0'.repeat(64) } }))).number).toBe(1)
})

test('a node that rejected a revision of this number but of another history gets the head whole', async () => {
  await publish(shopDocument)
  expect((await nextSnapshot(await subscribe({ lastEventId: id(1) }))).number).toBe(1)
})

test('nothing is lost between reading the head and listening', async () => {
  let lastEventId = id(0)
  for (let i = 1; i <= 10; i++) {
    const [stream] = await Promise.all([subscribe({ lastEventId }), publish(routesDocument(i))])
    const snapshot = await nextSnapshot(stream)
    expect(snapshot.number).toBe(i)
    lastEventId = snapshot.id
  }
})

test('where nothing was ever published nothing is pushed', async () => {
  const stream = await subscribe({ serving: { number: 7, hash: '0'.repeat(64) } })
  expect(await stream.nextWithin(500)).toBeUndefined()
})

test('a head that cannot be trusted is not pushed, and neither is an older one', async () => {
  await publish(shopDocument)
  await publish(routesDocument(1))
  await control.services.db.revision.update({ where: { number: 2 }, data: { document: '{"switchyard":1}' } })
  const restarted = await startForTest({}, { home: control.home })
  try {
    const query = encodeURIComponent(JSON.stringify({ node: 'one' }))
    const stream = await openStream(`${restarted.url}/api/node/subscribe?input=${query}`, headers)
    expect(await stream.nextWithin(500)).toBeUndefined()
    stream.close()
  } finally {
    await restarted.close()
  }
})

/** With a certificate whose key is the secret of this name. */
const tlsDocument = (secret: string) => ({
  ...shopDocument,
  certificates: [{ id: 'web', certificate: shop.certificate, key: { secret } }],
})
const setSecret = (name: string, value: string) => control.client.secrets.set.mutate({ name, value })

test('a node gets the values of the secrets that the revision refers to, and of no others', async () => {
  await setSecret('web-key', shop.key)
  await setSecret('other', 'not for anybody')
  await publish(tlsDocument('web-key'))
  const first = await nextSnapshot(await subscribe())
  expect(first.secrets?.values).toEqual({ 'web-key': shop.key })
  expect(first.id).toBe(`1:${first.hash}:${first.secrets?.version}`)
  expect(first.document).not.toContain('PRIVATE KEY')
})

test('another value is pushed at once under the same number; a node that has it gets nothing', async () => {
  await setSecret('web-key', shop.key)
  await publish(tlsDocument('web-key'))
  const stream = await subscribe()
  const first = await nextSnapshot(stream)
  await setSecret('web-key', renewed.key)
  const second = await nextSnapshot(stream)
  expect(second).toMatchObject({ number: 1, hash: first.hash, secrets: { values: { 'web-key': renewed.key } } })
  expect(second.id).not.toBe(first.id)
  await setSecret('other', 'of no interest')
  expect(await stream.nextWithin(300)).toBeUndefined()

  const { number, hash, secrets } = second
  const serving = { number, hash, secrets: { version: secrets?.version } }
  const [reconnected, connected] = [await subscribe({ lastEventId: second.id }), await subscribe({ serving })]
  expect(await reconnected.nextWithin(300)).toBeUndefined()
  expect(await connected.nextWithin(1)).toBeUndefined()
  const behind = await subscribe({ serving: { number, hash, secrets: { version: first.secrets?.version } } })
  expect((await nextSnapshot(behind)).id).toBe(second.id)
})

test('the key of affinity cookies goes to nodes, and a new value of it at once', async () => {
  await setSecret('sticky', 'the first key')
  const affinity = { type: 'cookie', key: { secret: 'sticky' } }
  await publish({ switchyard: 1, upstreams: [{ id: 'shop', affinity }] })
  const stream = await subscribe()
  const first = await nextSnapshot(stream)
  expect(first).toMatchObject({ number: 1, secrets: { values: { sticky: 'the first key' } } })
  expect(first.document).not.toContain('the first key')
  await setSecret('sticky', 'the second key')
  expect(await nextSnapshot(stream)).toMatchObject({ number: 1, secrets: { values: { sticky: 'the second key' } } })
})

test('the version of secrets is the same after a restart', async () => {
  await setSecret('web-key', shop.key)
  await publish(tlsDocument('web-key'))
  const { id } = await nextSnapshot(await subscribe())
  const restarted = await startForTest({}, { home: control.home })
  const query = encodeURIComponent(JSON.stringify({ node: 'one', lastEventId: id }))
  const stream = await openStream(`${restarted.url}/api/node/subscribe?input=${query}`, headers)
  expect(await stream.nextWithin(500)).toBeUndefined()
  stream.close()
  await restarted.close()
})

test('what cannot be opened is not pushed, and neither is the revision without it; it is logged once', async () => {
  await setSecret('web-key', shop.key)
  await publish(tlsDocument('web-key'))
  const sealed = await control.services.db.secret.findUniqueOrThrow({ where: { name: 'web-key' } })
  const changed = sealed.ciphertext.map((byte, at) => (at === 40 ? byte ^ 1 : byte))
  await control.services.db.secret.update({ where: { name: 'web-key' }, data: { ciphertext: changed, etag: 'other' } })
  const stream = await subscribe()
  expect(await stream.nextWithin(500)).toBeUndefined()
  control.services.signals.emit('head')
  expect(await stream.nextWithin(300)).toBeUndefined()
  expect(failures).toHaveLength(1)
  await setSecret('web-key', shop.key)
  expect((await nextSnapshot(stream)).secrets?.values).toEqual({ 'web-key': shop.key })
})

test('a revoked token ends the stream, which is nothing to log as an error', async () => {
  const { token } = await control.client.nodes.join.mutate({})
  const query = encodeURIComponent(JSON.stringify({ node: 'two' }))
  const stream = await openStream(`${control.url}/api/node/subscribe?input=${query}`, {
    authorization: `Bearer ${token}`,
  })
  const joined = (await control.client.tokens.list.query()).find(({ name }) => name.startsWith('node, '))
  await control.client.tokens.remove.mutate({ id: joined?.id ?? '' })
  expect((await stream.next()).event).toBe('serialized-error')
  expect(failures).toEqual([])
})

test('a node is pending, applied or rejected by its word about the head, and unknown when it is silent', async () => {
  await publish(shopDocument)
  const { head } = await control.client.revisions.status.query()
  const hash = head?.hash ?? ''
  const at = new Date(now).toISOString()
  await send()
  expect(await node()).toMatchObject({ name: 'one', state: 'pending', serving: null, secondsSinceHeard: 0 })

  const serving = { number: 1, hash, since: at, source: 'control' as const }
  const applied = { status: 'applied' as const, number: 1, hash, ms: 12, at }
  await send({ serving, outcome: applied })
  expect(await node()).toMatchObject({ state: 'applied', outcome: applied })

  await publish(routesDocument(1))
  expect((await node())?.state).toBe('pending')
  const next = (await control.client.revisions.status.query()).head
  const problems = [{ path: 'listeners[0].port', message: 'in use' }]
  const word = { at, code: 'port_in_use', message: 'A listener cannot have its address and port.', problems }
  const rejected = { status: 'rejected' as const, number: 2, hash: next?.hash ?? '', ...word }
  await send({ serving, outcome: rejected })
  expect(await node()).toMatchObject({ state: 'rejected', outcome: { problems } })
  const revisions = await control.client.revisions.list.query({})
  expect(revisions.map(({ number, nodes }) => ({ number, ...nodes }))).toEqual([
    { number: 2, applied: 0, rejected: 1 },
    { number: 1, applied: 1, rejected: 0 },
  ])

  now += 10_500
  expect(await node()).toMatchObject({ state: 'unknown', secondsSinceHeard: 10 })
})

test('watchers hear of a node that falls silent', async () => {
  await send()
  const stream = await openStream(`${control.url}/api/trpc/revisions.watch`, {
    authorization: `Bearer ${control.token}`,
  })
  streams.push(stream)
  const nodesOf = async () => ((await stream.next()).data as { nodes: { state: string }[] }).nodes
  expect((await nodesOf())[0]?.state).toBe('pending')
  now += 11_000
  expect((await nodesOf())[0]?.state).toBe('unknown')
  await send()
  expect((await nodesOf())[0]?.state).toBe('pending')
})

test('what nodes said is known after a restart of the control plane', async () => {
  await send({ version: '9.9.9' })
  const restarted = await startForTest({}, { home: control.home, now: () => now })
  const [known] = await restarted.client.nodes.list.query()
  await restarted.close()
  expect(known).toMatchObject({ name: 'one', version: '9.9.9' })
})

test('a removed node is gone until it reports again', async () => {
  await send()
  await control.client.nodes.remove.mutate({ name: 'one' })
  expect(await control.client.nodes.list.query()).toEqual([])
  await send()
  expect(await node()).toMatchObject({ name: 'one' })
})

test('a malformed report is refused', async () => {
  const answer = await fetch(`${control.url}/api/node/report`, {
    method: 'POST',
    headers: { ...headers, 'content-type': 'application/json' },
    body: JSON.stringify({ ...report(), surprise: true }),
  })
  expect(answer.status).toBe(400)
})

test('the counters of all nodes add up to the traffic of the last minute', async () => {
  const target = (requests: number) => ({
    targets: [
      targetOf({ requests: requests * 5, failures: requests, inFlight: 2, tunnels: 1 }),
      targetOf({ target: 'b', requests }),
    ],
  })
  for (const name of ['one', 'two']) await send({ node: name, ...target(1000) })
  now += 10_000
  for (const name of ['one', 'two']) await send({ node: name, ...target(1100) })
  const { upstreams, windowMs } = await control.client.traffic.summary.query()
  expect(windowMs).toBe(60_000)
  expect(upstreams['shop']).toMatchObject({
    requestsPerSecond: 120,
    targets: {
      a: { requests: 1000, share: 1000 / 1200, failures: 200, inFlight: 4, tunnels: 2, requestsPerSecond: 100 },
      b: { requests: 200, failures: 0, inFlight: 0 },
    },
  })
})

test('a node that no more are kept of leaves no trace', async () => {
  for (let i = 0; i < 1000; i++) await control.services.nodes.heard(report({ node: `node-${i}` }))
  for (const requests of [0, 5]) await send({ node: 'one-more', targets: [targetOf({ requests })] })
  expect(await control.client.nodes.list.query()).toHaveLength(1000)
  expect((await control.client.traffic.summary.query()).upstreams).toEqual({})
})

test('a node does not look alive for as long as the clock was put back', async () => {
  await send()
  now -= 3_600_000
  await send({ node: 'two' })
  await new Promise((resolve) => setTimeout(resolve, 1500))
  now += 11_000
  expect((await control.client.nodes.list.query()).map(({ state }) => state)).toEqual(['unknown', 'unknown'])
})
