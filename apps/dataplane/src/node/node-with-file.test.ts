import { once } from 'node:events'
import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises'
import { type AddressInfo, createServer, type Server } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { page } from '../testing/documents.ts'
import { eventually, isAlive, NodeProcess } from '../testing/node-process.ts'

let folder: string
let file: string
let node: NodeProcess | undefined
let holder: Server | undefined
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'switchyard-node-'))
  file = join(folder, 'gateway.json')
})
afterEach(async () => {
  await node?.stop()
  node = undefined
  holder?.close()
  holder = undefined
  await rm(folder, { recursive: true })
})

const put = async (document: object) => {
  await writeFile(`${file}.new`, JSON.stringify(document))
  await rename(`${file}.new`, file)
}
const start = (...more: string[]) => {
  node = new NodeProcess(['--config', file, '--data', join(folder, 'data'), '--workers', '2', ...more])
  return node
}
/** A port that somebody else holds. */
async function holdPort(): Promise<number> {
  holder = createServer().listen(0, '127.0.0.1')
  await once(holder, 'listening')
  return (holder.address() as AddressInfo).port
}

describe('a node that follows a file', () => {
  test('says its addresses when it serves, answers at its admin address, and ends on SIGTERM with all of its workers', async () => {
    await put(page('one'))
    const node = start('--node', 'edge-1')
    const ready = await node.said('ready')
    expect(ready).toMatchObject({
      node: 'edge-1',
      workers: 2,
      admin: expect.stringMatching(/^127\.0\.0\.1:\d+$/),
      listeners: [{ id: 'web', address: '127.0.0.1', port: expect.any(Number) }],
      revision: { number: 1, source: 'file' },
    })
    expect(await node.ask()).toBe('one')
    expect((await node.get('/healthz')).status).toBe(200)
    expect((await node.get('/readyz')).status).toBe(200)
    expect((await node.get('/elsewhere')).status).toBe(404)
    const metrics = await (await node.get('/metrics')).text()
    expect(metrics).toContain('switchyard_revision_number 1\n')
    expect(metrics).toContain('switchyard_workers 2\n')
    const { workers, revision, lastGood } = await node.state()
    expect(revision).toMatchObject({ number: 1, hash: ready['revision'] && expect.stringMatching(/^[0-9a-f]{64}$/) })
    expect(lastGood).toMatchObject({ number: 1 })
    expect(workers.map(({ id, revision, runtimes }) => ({ id, revision, runtimes }))).toEqual([
      { id: 0, revision: 1, runtimes: 1 },
      { id: 1, revision: 1, runtimes: 1 },
    ])
    expect(await node.stop()).toEqual({ code: 0, signal: null })
    await eventually(() => expect(workers.filter(({ pid }) => isAlive(pid))).toEqual([]))
  })

  test('follows the file, keeps serving when it is wrong, and says the place of what is wrong', async () => {
    await put(page('one'))
    const node = start()
    expect(await node.ask()).toBe('one')
    await put({ ...page('two'), colours: [] })
    expect(await node.said('revision rejected')).toMatchObject({
      number: 2,
      code: 'invalid',
      serving: 1,
      problems: [{ path: 'colours', line: 1 }],
    })
    expect(await node.ask()).toBe('one')
    expect(await node.state()).toMatchObject({
      ready: true,
      revision: { number: 1 },
      outcome: { status: 'rejected', number: 2 },
    })
    await put(page('three'))
    await eventually(async () => expect(await node.ask()).toBe('three'))
    // A worker answers with it a moment before the node has heard so from all of them.
    await eventually(async () =>
      expect(await node.state()).toMatchObject({ revision: { number: 3 }, outcome: { status: 'applied', number: 3 } }),
    )
  })

  test('while a long file is read, new connections are taken as before', async () => {
    const routes = (count: number) =>
      Array.from({ length: count }, (_, i) => ({
        id: `r${i}`,
        match: { hosts: [`h${i}.example.com`], path: { type: 'prefix', value: `/${i}` } },
        middleware: [{ type: 'respond', body: 'long' }],
      }))
    await put(page('one'))
    const node = start()
    expect(await node.ask()).toBe('one')
    // Long, and wrong at its end: it is read whole, and no worker has anything to build.
    await put({ ...page('two', [{ id: 'other', port: 'none' }]), routes: routes(20_000), description: 'x'.repeat(1e6) })
    let slowest = 0
    await eventually(async () => {
      const began = performance.now()
      expect(await node.ask()).toBe('one')
      slowest = Math.max(slowest, performance.now() - began)
      expect(node.lines.some(({ msg }) => msg === 'revision rejected')).toBe(true)
    })
    expect(slowest).toBeLessThan(700)
  })

  test('a file that is taken away changes nothing', async () => {
    await put(page('one'))
    const node = start()
    expect(await node.ask()).toBe('one')
    await rm(file)
    expect(await node.said('revision rejected')).toMatchObject({
      problems: [{ message: expect.stringMatching(/no such file/) }],
    })
    expect(await node.ask()).toBe('one')
  })

  test('a port in use refuses the change on every worker; SIGHUP tries it again, SIGUSR2 ends nothing', async () => {
    await put(page('one'))
    const node = start()
    expect(await node.ask()).toBe('one')
    const port = await holdPort()
    await put(page('two', [{ id: 'other', address: '127.0.0.1', port }]))
    expect(await node.said('revision rejected')).toMatchObject({
      code: 'port_in_use',
      problems: [{ path: 'listeners[1].port', line: 1 }],
    })
    expect(await Promise.all([node.ask(), node.ask(), node.ask()])).toEqual(['one', 'one', 'one'])
    node.signal('SIGUSR2')
    holder?.close()
    node.signal('SIGHUP')
    await eventually(async () => expect(await node.ask()).toBe('two'))
    await eventually(async () => expect(await node.state()).toMatchObject({ revision: { number: 3 } }))
  })

  test('listeners that ask for port 0 keep their port from revision to revision', async () => {
    await put(page('one'))
    const node = start()
    await node.said('ready')
    const before = (await node.state()).listeners
    await put(page('two', [{ id: 'more', address: '127.0.0.1', port: 0 }]))
    await eventually(async () => expect(await node.ask()).toBe('two'))
    const after = (await node.state()).listeners
    expect(after).toHaveLength(2)
    expect(after[0]?.port).toBe(before[0]?.port)
  })

  test('without anything to serve it ends with 1 and every problem', async () => {
    await put({ ...page('one'), colours: [], listeners: [{ id: 'web' }] })
    const node = start()
    expect(await node.ended).toEqual({ code: 1, signal: null })
    expect(node.stderr).toContain(`${file}:1: colours: `)
    expect(node.stderr).toContain('listeners[0].port')
  })

  test('a port in use at the start is named, and the exit code is 1', async () => {
    const port = await holdPort()
    await put({ ...page('one'), listeners: [{ id: 'web', address: '127.0.0.1', port }] })
    const node = start()
    expect(await node.ended).toEqual({ code: 1, signal: null })
    expect(node.stderr).toContain(`${file}:1: listeners[0].port: 127.0.0.1 port ${port}`)
  })

  test('an admin port in use is named, with how to choose another, and the exit code is 1', async () => {
    const port = await holdPort()
    await put(page('one'))
    const node = start('--admin', `127.0.0.1:${port}`)
    expect(await node.ended).toEqual({ code: 1, signal: null })
    expect(node.stderr).toMatch(new RegExp(`${port}.*in use.*--admin`))
  })

  test('a wrong file at the start: the last good configuration of that file serves, and the file is said to be wrong', async () => {
    await put(page('one'))
    const first = start()
    expect(await first.ask()).toBe('one')
    await first.stop()
    await writeFile(file, '{')
    const node = start()
    expect(await node.ask()).toBe('one')
    await node.said('starting from the last good configuration')
    expect(await node.state()).toMatchObject({ revision: { source: 'snapshot' }, outcome: { status: 'rejected' } })
    await put(page('two'))
    await eventually(async () => expect(await node.ask()).toBe('two'))
  })
})

describe('the workers of a node', () => {
  test('one that is killed is replaced and serves the same, and counters never go backwards', async () => {
    const target = createServer((socket) =>
      socket.end('HTTP/1.1 200 OK\r\ncontent-length: 2\r\nconnection: close\r\n\r\nok'),
    )
    holder = target.listen(0, '127.0.0.1')
    await once(target, 'listening')
    const url = `http://127.0.0.1:${(target.address() as AddressInfo).port}`
    await put({
      switchyard: 1,
      listeners: [{ id: 'web', address: '127.0.0.1', port: 0 }],
      upstreams: [{ id: 'shop', targets: [{ id: 'a', url }] }],
      routes: [{ id: 'shop', forward: { upstream: 'shop' } }],
    })
    const node = start()
    for (let i = 0; i < 6; i++) expect(await node.ask()).toBe('ok')
    const before = await node.state()
    expect(before.upstreams[0]?.targets[0]?.requests).toBe(6)
    const [victim, other] = before.workers
    process.kill(victim?.pid ?? 0, 'SIGKILL')
    const line = node.lines.length
    await node.said('worker restarted', line)
    await eventually(async () => {
      const { workers } = await node.state()
      expect(workers.map((worker) => worker.revision)).toEqual([1, 1])
    })
    const after = await node.state()
    expect(after.workers[0]?.pid).not.toBe(victim?.pid)
    expect(after.workers[1]?.pid).toBe(other?.pid)
    expect(after.workerRestarts).toBe(1)
    expect(after.upstreams[0]?.targets[0]?.requests).toBe(6)
    for (let i = 0; i < 4; i++) expect(await node.ask()).toBe('ok')
    expect((await node.state()).upstreams[0]?.targets[0]?.requests).toBe(10)
  })

  test('one alone is replaced too, at the same address, and takes listeners in and out as several do', async () => {
    const port = await holdPort()
    holder?.close()
    const more = [{ id: 'more', address: '127.0.0.1', port }]
    await put(page('one'))
    const node = start('--workers', '1')
    expect(await node.ask()).toBe('one')
    for (const body of ['two', 'three']) {
      await put(page(body, more))
      await eventually(async () => expect(await node.ask()).toBe(body))
      expect(await (await fetch(`http://127.0.0.1:${port}/`)).text()).toBe(body)
      const [victim] = (await node.state()).workers
      process.kill(victim?.pid ?? 0, 'SIGKILL')
      await eventually(async () => expect(await node.ask()).toBe(body))
      expect(await (await fetch(`http://127.0.0.1:${port}/`)).text()).toBe(body)
      await put(page(`${body} alone`))
      await eventually(async () => expect(await node.ask()).toBe(`${body} alone`))
      const ask = () => fetch(`http://127.0.0.1:${port}/`, { signal: AbortSignal.timeout(1000) })
      await eventually(() => expect(ask()).rejects.toThrow('fetch failed'))
    }
    expect(node.lines.filter(({ msg }) => msg === 'revision rejected')).toEqual([])
  })

  test('a signal to the whole group, as from a terminal, ends no worker before the supervisor says so', async () => {
    await put(page('one'))
    const node = start()
    expect(await node.ask()).toBe('one')
    const { workers } = await node.state()
    for (const { pid } of workers)
      for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.kill(pid, signal)
    expect(await node.ask()).toBe('one')
    expect((await node.state()).workers.map(({ pid }) => pid)).toEqual(workers.map(({ pid }) => pid))
  })

  test('they end when the supervisor is killed', async () => {
    await put(page('one'))
    const node = start()
    await node.said('ready')
    const { workers } = await node.state()
    node.signal('SIGKILL')
    await node.ended
    await eventually(() => expect(workers.filter(({ pid }) => isAlive(pid))).toEqual([]))
  })
})

describe('shutting down', () => {
  test('a signal that comes twice at once, as Ctrl-C under npx does, is one: what is under way may finish', async () => {
    const { node } = await withOpenRequest('500')
    node.signal('SIGINT')
    node.signal('SIGINT')
    expect(await node.ended).toEqual({ code: 0, signal: null })
  })

  /** A node with a request that will not end by itself. */
  async function withOpenRequest(drainMs = '20000') {
    const target = createServer((socket) => socket.on('error', () => {}).resume())
    holder = target.listen(0, '127.0.0.1')
    await once(target, 'listening')
    const url = `http://127.0.0.1:${(target.address() as AddressInfo).port}`
    await put({
      switchyard: 1,
      listeners: [{ id: 'web', address: '127.0.0.1', port: 0 }],
      upstreams: [{ id: 'slow', targets: [{ id: 'a', url }] }],
      routes: [{ id: 'slow', forward: { upstream: 'slow' } }],
    })
    const node = start('--shutdown-wait-ms', '300', '--drain-ms', drainMs)
    await node.said('ready')
    const asked = node.ask().then(
      () => 'answered',
      () => 'cut',
    )
    await eventually(async () => expect((await node.state()).upstreams[0]?.targets[0]?.inFlight).toBe(1))
    return { node, asked }
  }

  test('the node says that it is not ready while it drains, and a second signal ends it now', async () => {
    const { node, asked } = await withOpenRequest()
    node.signal('SIGTERM')
    await node.said('shutting down')
    await eventually(async () => expect((await node.get('/readyz')).status).toBe(503))
    expect((await node.state()).workers).toHaveLength(2)
    // Later than what would count as the same Ctrl-C.
    await sleep(200)
    node.signal('SIGTERM')
    expect(await node.ended).toMatchObject({ code: 1 })
    expect(['cut', 'answered']).toContain(await asked)
  })
})
