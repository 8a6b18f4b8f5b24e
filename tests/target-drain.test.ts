import { once } from 'node:events'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { WebSocket } from 'ws'
import { ask } from './support/ask.ts'
import { Backend } from './support/backend.ts'
import { eventually } from './support/eventually.ts'
import { eventsOf, targetOf, typesOf } from './support/health.ts'
import { startLoad } from './support/load.ts'
import { Control, DataPlane, nodeToken, temporaryFolder } from './support/product.ts'

/** Taking targets out of traffic under load, and clients that come back to theirs. Two workers, a control plane. */

const drainMs = 3000

let folder: Awaited<ReturnType<typeof temporaryFolder>>
let backends: Backend[]
let control: Control
let node: DataPlane

beforeAll(async () => {
  folder = await temporaryFolder()
  backends = await Promise.all(['a', 'b', 'c'].map((name) => Backend.start(name)))
  const targets = backends.map(({ name, url }) => ({ id: name, url }))
  control = await Control.start(folder.path)
  const upstreams = [
    { id: 'shop', drainMs, targets },
    { id: 'leaving', drainMs, targets },
    { id: 'sticky', drainMs, affinity: { type: 'cookie', name: 'seat' }, targets },
  ]
  const document = {
    switchyard: 1,
    listeners: [{ id: 'web', address: '127.0.0.1', port: 0 }],
    upstreams,
    routes: upstreams.map(({ id }) => ({ id, match: { hosts: [`${id}.example`] }, forward: { upstream: id } })),
  }
  await control.client.config.apply.mutate({ text: JSON.stringify(document), format: 'json', publish: true })
  node = await DataPlane.start([
    ...['--control', control.url, '--token', nodeToken, '--node', 'one', '--workers', '2'],
    ...['--data', `${folder.path}/node`],
  ])
})

afterAll(async () => {
  await node?.program.stop()
  await control?.program.stop()
  await Promise.all((backends ?? []).map((backend) => backend.close()))
  await folder?.remove()
})

const headersFor = (upstream: string) => ({ host: `${upstream}.example` })

async function openSocket(upstream: string, headers: Record<string, string> = {}) {
  const socket = new WebSocket(node.url().replace('http', 'ws'), { headers: { ...headersFor(upstream), ...headers } })
  const closed = once(socket, 'close').then(([code]) => ({ code: Number(code), at: Date.now() }))
  await once(socket, 'open')
  socket.send('who')
  const [message] = await once(socket, 'message')
  return { socket, target: String(message).split(':')[0] ?? '', closed }
}

const etagOf = async (id: string) => (await control.client.upstreams.get.query({ id })).etag

async function applied(revision: number | undefined): Promise<void> {
  await eventually(async () => expect((await node.state()).revision?.number).toBe(revision))
}

test('a drained target gets nothing new on any worker, finishes what it has, and is undrained', async () => {
  const running = startLoad(node.url(), { connections: 12, headers: headersFor('shop') })
  const slow = startLoad(`${node.url()}/slow?ms=1200`, { connections: 6, headers: headersFor('shop') })
  const sockets = await Promise.all(Array.from({ length: 12 }, () => openSocket('shop')))
  await eventually(() => expect(running.result.requests).toBeGreaterThan(200))

  const { revision } = await control.client.targets.drain.mutate({
    upstream: 'shop',
    target: 'b',
    etag: await etagOf('shop'),
    publish: true,
  })
  await applied(revision)
  const decidedAt = Date.now()
  const requests = backends[1]?.requests
  const draining = await targetOf(node, 'shop', 'b')
  expect(draining.effectiveWeight).toBe(0)
  expect(draining.tunnels).toBeGreaterThan(0)
  expect(draining.health).toMatchObject({ eligibleWorkers: 0 })
  expect(Date.parse(draining.health.drainsUntil ?? '')).toBeGreaterThan(decidedAt)
  await eventually(async () => {
    const { upstreams } = await control.client.health.summary.query()
    expect(upstreams['shop']?.targets['b']?.draining?.tunnels).toBeGreaterThan(0)
  })

  const from = running.result.requests
  await eventually(() => expect(running.result.requests).toBeGreaterThan(from + 300))
  expect(backends[1]?.requests).toBe(requests)
  await running.stop()
  await slow.stop()
  expect([...running.result.failures, ...slow.result.failures]).toEqual([])

  // Those of the others stay open, those of the drained one end at its deadline and are told why.
  const own = sockets.filter(({ target }) => target === 'b')
  expect(own.length).toBeGreaterThan(0)
  for (const { closed } of own) {
    const { code, at } = await closed
    expect(code).toBe(1012)
    expect(at - decidedAt).toBeGreaterThan(drainMs / 2)
  }
  for (const { socket, target } of sockets) if (target !== 'b') expect(socket.readyState).toBe(WebSocket.OPEN)
  await eventually(async () => {
    const events = await eventsOf(node, 'shop', 'b')
    expect(typesOf(events).slice(-2)).toEqual(['draining', 'drained'])
    expect(events.at(-2)).toMatchObject({ revision })
  })

  const again = await control.client.targets.undrain.mutate({
    upstream: 'shop',
    target: 'b',
    etag: await etagOf('shop'),
    publish: true,
  })
  await applied(again.revision)
  const before = backends[1]?.requests ?? 0
  for (let i = 0; i < 30; i++) await ask(node.url(), headersFor('shop'))
  expect((backends[1]?.requests ?? 0) - before).toBeGreaterThan(5)
  await eventually(async () => expect(typesOf(await eventsOf(node, 'shop', 'b')).at(-1)).toBe('undrained'))
  for (const { socket } of sockets) socket.terminate()
})

test('a drain that is taken back in time ends nothing', async () => {
  const sockets = await Promise.all(Array.from({ length: 6 }, () => openSocket('shop')))
  const which = { upstream: 'shop', target: 'a', publish: true }
  await applied((await control.client.targets.drain.mutate({ ...which, etag: await etagOf('shop') })).revision)
  await applied((await control.client.targets.undrain.mutate({ ...which, etag: await etagOf('shop') })).revision)
  await new Promise((resolve) => setTimeout(resolve, drainMs + 500))
  for (const { socket } of sockets) expect(socket.readyState).toBe(WebSocket.OPEN)
  for (const { socket } of sockets) socket.terminate()
})

test('a removed target finishes what it has, and is told of while it does', async () => {
  const sockets = await Promise.all(Array.from({ length: 12 }, () => openSocket('leaving')))
  const { etag, value } = await control.client.upstreams.get.query({ id: 'leaving' })
  const targets = (value['targets'] as { id: string }[]).filter(({ id }) => id !== 'c')
  await control.client.upstreams.update.mutate({ id: 'leaving', etag, value: { ...value, targets } as never })
  const draft = await control.client.revisions.status.query()
  const { number } = await control.client.revisions.publish.mutate({ etag: draft.draft.etag })
  await applied(number)
  const state = await node.state()
  expect(state['leaving']).toEqual([
    expect.objectContaining({ upstream: 'leaving', id: 'c', tunnels: expect.any(Number) }),
  ])
  for (const { target, closed } of sockets) if (target === 'c') expect((await closed).code).toBe(1012)
  await eventually(async () => expect((await node.state())['leaving']).toEqual([]))
  expect(typesOf(await eventsOf(node, 'leaving', 'c')).slice(-3)).toEqual(
    expect.arrayContaining(['removed', 'draining', 'drained']),
  )
  for (const { socket } of sockets) socket.terminate()
})

test('a client comes back to its target, by WebSocket too, over publishes, until it is gone', async () => {
  const come = async (cookie?: string) => {
    const { text, headers } = await ask(node.url(), { ...headersFor('sticky'), ...(cookie && { cookie }) })
    return { target: text, set: headers['set-cookie']?.[0] ?? null }
  }
  const first = await come()
  expect(first.set).toMatch(/^seat=[A-Za-z0-9_-]+; Path=\/; .*HttpOnly/)
  const cookie = (first.set ?? '').split(';')[0] ?? ''
  for (let i = 0; i < 12; i++) expect(await come(cookie)).toEqual({ target: first.target, set: null })
  const { socket, target } = await openSocket('sticky', { cookie })
  expect(target).toBe(first.target)
  socket.terminate()

  const other = ['a', 'b', 'c'].find((name) => name !== first.target) ?? ''
  const changed = await control.client.targets.setWeight.mutate({
    upstream: 'sticky',
    target: other,
    weight: 7,
    etag: await etagOf('sticky'),
    publish: true,
  })
  await applied(changed.revision)
  for (let i = 0; i < 12; i++) expect(await come(cookie)).toEqual({ target: first.target, set: null })

  // A value that nobody signed is as good as none.
  const [name, value = ''] = cookie.split('=')
  const forged = `${name}=${value.startsWith('A') ? 'B' : 'A'}${value.slice(1)}`
  expect((await come(forged)).set).toMatch(/^seat=/)

  const drained = await control.client.targets.drain.mutate({
    upstream: 'sticky',
    target: first.target,
    etag: await etagOf('sticky'),
    publish: true,
  })
  await applied(drained.revision)
  const moved = await come(cookie)
  expect(moved.target).not.toBe(first.target)
  const rebound = (moved.set ?? '').split(';')[0]
  expect(rebound).toMatch(/^seat=/)
  for (let i = 0; i < 12; i++) expect(await come(rebound)).toEqual({ target: moved.target, set: null })
})
