import { once } from 'node:events'
import { mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { connect } from 'node:tls'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { parseExposition } from '../admin/testing/parse-exposition.ts'
import { page } from '../testing/documents.ts'
import { eventually, NodeProcess } from '../testing/node-process.ts'
import { certificate, certificateKey } from '../traffic/testing/certificate.ts'

let folder: string
let node: NodeProcess | undefined
let backend: Server
let target: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'switchyard-observed-'))
  backend = createServer((request, response) => response.end(request.url)).listen(0, '127.0.0.1')
  await once(backend, 'listening')
  target = `http://127.0.0.1:${(backend.address() as AddressInfo).port}`
})
afterEach(async () => {
  await node?.stop()
  node = undefined
  backend.close()
  backend.closeAllConnections()
  await rm(folder, { recursive: true })
})

const forwarding = (url = target) => ({
  switchyard: 1,
  listeners: [{ id: 'web', address: '127.0.0.1', port: 0 }],
  upstreams: [{ id: 'shop', targets: [{ id: 'a', url }] }],
  routes: [{ id: 'shop', match: { path: { type: 'prefix', value: '/shop' } }, forward: { upstream: 'shop' } }],
})

async function start(document: object, ...more: string[]): Promise<NodeProcess> {
  const file = join(folder, 'gateway.json')
  await writeFile(file, JSON.stringify(document))
  node = new NodeProcess(['--config', file, '--data', join(folder, 'data'), ...more])
  await node.said('ready')
  return node
}

async function lines(path: string): Promise<Record<string, unknown>[]> {
  const text = await readFile(path, 'utf8')
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line))
}

async function scrape(node: NodeProcess) {
  const metrics = parseExposition(await (await node.get('/metrics')).text())
  const sum = (name: string, labels: Record<string, string> = {}): number =>
    (metrics.get(`switchyard_${name}`)?.samples ?? [])
      .filter((sample) => Object.entries(labels).every(([label, value]) => sample.labels[label] === value))
      .reduce((total, { value }) => total + value, 0)
  return { metrics, sum }
}

test('each request is a line in the access log, whichever worker served it, and all are there after the end', async () => {
  const path = join(folder, 'access.log')
  const node = await start(forwarding(), '--workers', '2', '--access-log', path)
  for (let i = 0; i < 20; i++) await node.ask(`/shop/${i}?token=t`)
  await node.ask('/nowhere')
  await node.stop()
  const all = await lines(path)
  expect(all).toHaveLength(21)
  expect(new Set(all.map(({ requestId }) => requestId)).size).toBe(21)
  expect(all.map(({ url }) => url).sort()).toEqual(
    [...Array.from({ length: 20 }, (_, i) => `/shop/${i}?token=t`), '/nowhere'].sort(),
  )
  for (const line of all.filter(({ url }) => url !== '/nowhere')) {
    expect(line).toMatchObject({
      status: 200,
      route: 'shop',
      upstream: 'shop',
      target: 'a',
      attempts: 1,
      listener: 'web',
    })
    expect(line).toMatchObject({
      termination: 'completed',
      bytesOut: String(line['url']).length,
      clientIp: '127.0.0.1',
    })
    for (const time of ['waitingMs', 'connectMs', 'responseMs', 'totalMs'])
      expect(line[time], time).toBeGreaterThanOrEqual(0)
    expect(line['totalMs']).toBeGreaterThanOrEqual(Number(line['responseMs']))
    expect(Math.abs(Date.parse(String(line['time'])) - Date.now())).toBeLessThan(60_000)
  }
  expect(all.find(({ url }) => url === '/nowhere')).toMatchObject({ status: 404, termination: 'no_route', route: null })
})

test('an access log that cannot be written is said at the start, and the exit code is 1', async () => {
  const path = join(folder, 'no', 'access.log')
  await writeFile(join(folder, 'gateway.json'), JSON.stringify(page('here')))
  const node = new NodeProcess(['--config', join(folder, 'gateway.json'), '--data', folder, '--access-log', path])
  expect(await node.ended).toEqual({ code: 1, signal: null })
  expect(node.stderr).toBe(`The access log ${path} cannot be opened: ENOENT.\n`)
})

test('on standard output the access log stands between the lines of the node, none of them torn', async () => {
  const node = await start(forwarding(), '--workers', '2', '--access-log', '-', '--access-log-query', 'off')
  // Every line on standard output is parsed as JSON on its way in.
  await Promise.all(Array.from({ length: 200 }, (_, i) => node.ask(`/shop/${i}?${'x'.repeat(2000)}`)))
  await eventually(() => expect(node.lines.filter((line) => line['requestId'])).toHaveLength(200))
  expect(node.lines.every(({ url }) => url === undefined || /^\/shop\/\d+$/.test(String(url)))).toBe(true)
})

test('a log that is rotated under load loses no line: the old file has the first ones, the new one the rest', async () => {
  const path = join(folder, 'access.log')
  const node = await start(forwarding(), '--workers', '2', '--access-log', path)
  let asking = true
  let asked = 0
  const load = Promise.all(
    Array.from({ length: 4 }, async () => {
      while (asking) await node.ask(`/shop/${asked++}`)
    }),
  )
  for (const rotation of [1, 2, 3]) {
    await eventually(() => expect(asked).toBeGreaterThan(rotation * 30))
    await rename(path, `${path}.${rotation}`)
    node.signal('SIGUSR2')
    await eventually(() => readFile(path))
  }
  asking = false
  await load
  await node.stop()
  const files = await Promise.all([`${path}.1`, `${path}.2`, `${path}.3`, path].map(lines))
  const urls = files.flat().map(({ url }) => url)
  expect(urls.sort()).toEqual(Array.from({ length: asked }, (_, i) => `/shop/${i}`).sort())
  for (const file of files.slice(0, 3)) expect(file.length).toBeGreaterThan(0)
})

test('metrics are those of all workers, and nothing goes backwards when one of them is killed', async () => {
  const node = await start(forwarding(), '--workers', '2')
  for (let i = 0; i < 30; i++) await node.ask(`/shop/${i}`)
  for (let i = 0; i < 10; i++) await node.ask('/nowhere')
  const before = await scrape(node)
  const shop = { listener: 'web', route: 'shop', upstream: 'shop' }
  expect(before.sum('requests_total', { ...shop, status: '2xx' })).toBe(30)
  expect(before.sum('requests_in_flight')).toBe(0)
  expect(before.metrics.get('switchyard_request_duration_seconds')?.samples.at(-1)).toMatchObject({
    labels: shop,
    value: 30,
  })
  expect(before.sum('requests_refused_total', { listener: 'web', code: 'no_route' })).toBe(10)
  expect(before.sum('connections_accepted_total', { listener: 'web' })).toBe(40)
  expect(before.sum('target_requests_total', { upstream: 'shop', target: 'a' })).toBe(30)
  expect(before.sum('cpu_seconds_total')).toBeGreaterThan(0)

  const [victim] = (await node.state()).workers
  process.kill(victim?.pid ?? 0, 'SIGKILL')
  await eventually(async () => {
    const { workers } = await node.state()
    expect(workers.filter(({ revision, pid }) => revision === 1 && pid !== victim?.pid)).toHaveLength(2)
  })
  for (let i = 0; i < 6; i++) await node.ask(`/shop/${i}`)
  const after = await scrape(node)
  expect(after.sum('requests_total', { ...shop, status: '2xx' })).toBe(36)
  expect(after.sum('connections_accepted_total')).toBe(46)
  for (const [name, { type, samples }] of before.metrics) {
    if (type !== 'counter') continue
    for (const { labels, value } of samples) {
      expect(after.sum(name.replace('switchyard_', ''), labels), name).toBeGreaterThanOrEqual(value)
    }
  }
})

test('one worker alone accepts by itself: it serves while the supervisor stands still', async () => {
  const node = await start(page('here'), '--workers', '1')
  const { listeners } = await node.said('ready')
  const [{ port } = { port: 0 }] = listeners as { port: number }[]
  node.signal('SIGSTOP')
  try {
    const response = await fetch(`http://127.0.0.1:${port}/`, { signal: AbortSignal.timeout(10_000) })
    expect(await response.text()).toBe('here')
  } finally {
    node.signal('SIGCONT')
  }
})

test('a TLS session begun with one worker is resumed by the others', async () => {
  const key = join(folder, 'key.pem')
  await writeFile(key, certificateKey, { mode: 0o600 })
  const node = await start(
    {
      ...page('secure'),
      listeners: [{ id: 'web', address: '127.0.0.1', port: 0, protocol: 'https', tls: { certificates: ['own'] } }],
      certificates: [{ id: 'own', certificate, key: { file: key } }],
    },
    '--workers',
    '3',
  )
  const { listeners } = await node.said('ready')
  const [{ port } = { port: 0 }] = listeners as { port: number }[]
  const open = async (session?: Buffer) => {
    const socket = connect({
      // The session is there at once; TLS 1.3 sends it later.
      port,
      host: '127.0.0.1',
      servername: 'localhost',
      ca: certificate,
      maxVersion: 'TLSv1.2',
      session,
    })
    await once(socket, 'secureConnect')
    const reused = socket.isSessionReused()
    const ticket = socket.getSession()
    socket.end()
    await once(socket, 'close')
    return { reused, ticket }
  }
  const { ticket } = await open()
  // They are dealt to the workers in turn.
  for (let i = 0; i < 5; i++) expect((await open(ticket)).reused).toBe(true)
})

test('a target may be where the operator of the node allows it, and never at the admin address', async () => {
  const any = target.replace('127.0.0.1', '0.0.0.0')
  const allowed = await start(forwarding(any), '--workers', '1', '--allow-addresses', '0.0.0.0/8')
  expect(await allowed.ask('/shop')).toBe('/shop')
  const { admin } = await allowed.said('ready')
  // By name: that is asked when a connection is opened.
  const byName = `http://localhost:${String(admin).split(':')[1]}`
  await writeFile(join(folder, 'gateway.json'), JSON.stringify(forwarding(byName)))
  await eventually(async () => expect(await allowed.ask('/shop')).toContain('address_refused'))
})

test('a revision that says an address which must not be reached is rejected with its path', async () => {
  const node = await start(forwarding(target), '--workers', '1')
  await writeFile(join(folder, 'gateway.json'), JSON.stringify(forwarding('http://169.254.169.254')))
  expect(await node.said('revision rejected')).toMatchObject({
    code: 'address_refused',
    problems: [{ path: 'upstreams[0].targets[0].url', line: 1 }],
  })
  expect(await node.ask('/shop')).toBe('/shop')
})
