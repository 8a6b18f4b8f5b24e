import { once } from 'node:events'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { type AddressInfo, createServer, type Server } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Outcome } from '@switchyard/core/node-protocol'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { ControlPlane } from '../testing/control-plane.ts'
import { page, publication, raw } from '../testing/documents.ts'
import { eventually, NodeProcess } from '../testing/node-process.ts'

let folder: string
let control: ControlPlane
let node: NodeProcess | undefined
let holder: Server | undefined
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'switchyard-node-'))
  control = await ControlPlane.start()
})
afterEach(async () => {
  await node?.stop()
  node = undefined
  holder?.close()
  holder = undefined
  await control.stop()
  await rm(folder, { recursive: true })
})

const start = (workers = 2) => {
  const options = [
    '--control',
    control.url,
    '--node',
    'one',
    '--workers',
    String(workers),
    '--data',
    join(folder, 'data'),
  ]
  node = new NodeProcess(options, { SWITCHYARD_TOKEN: control.token })
  return node
}
/** What the control plane was told of a revision. */
const outcomeOf = (number: number): Promise<Outcome> =>
  eventually(() => {
    const outcome = control.reports.findLast((report) => report.outcome?.number === number)?.outcome
    if (!outcome) throw new Error(`nothing was reported of ${number}`)
    return outcome
  })

test('a revision is applied by every worker and reported with its time', async () => {
  control.publish(publication(1, page('one')))
  const node = start()
  expect(await node.ask()).toBe('one')
  expect(await outcomeOf(1)).toMatchObject({ status: 'applied', hash: control.head?.hash, ms: expect.any(Number) })
  control.publish(publication(2, page('two')))
  expect(await outcomeOf(2)).toMatchObject({ status: 'applied' })
  expect(await Promise.all([node.ask(), node.ask(), node.ask(), node.ask()])).toEqual(['two', 'two', 'two', 'two'])
  const report = control.reports.at(-1)
  expect(report).toMatchObject({ node: 'one', serving: { number: 2, source: 'control' } })
  expect(report?.workers.map(({ id, revision }) => ({ id, revision }))).toEqual([
    { id: 0, revision: 2 },
    { id: 1, revision: 2 },
  ])
  expect(report?.listeners).toMatchObject([{ id: 'web', address: '127.0.0.1' }])
  expect(await node.state()).toMatchObject({ control: { connected: true, url: control.url } })
})

test('what cannot be applied is rejected with code and path, and what serves goes on', async () => {
  control.publish(publication(1, page('one')))
  const node = start()
  expect(await node.ask()).toBe('one')

  control.publish({ ...publication(2, page('two')), hash: '0'.repeat(64) })
  expect(await outcomeOf(2)).toMatchObject({ status: 'rejected', code: 'hash_mismatch' })

  control.publish(raw(3, JSON.stringify({ ...JSON.parse(publication(3, page('three')).document), colours: [] })))
  expect(await outcomeOf(3)).toMatchObject({ status: 'rejected', code: 'invalid', problems: [{ path: 'colours' }] })

  holder = createServer().listen(0, '127.0.0.1')
  await once(holder, 'listening')
  const { port } = holder.address() as AddressInfo
  control.publish(publication(4, page('four', [{ id: 'other', address: '127.0.0.1', port }])))
  expect(await outcomeOf(4)).toMatchObject({
    status: 'rejected',
    code: 'port_in_use',
    problems: [{ path: 'listeners[1].port' }],
  })

  control.publish(publication(5, { switchyard: 1 }))
  expect(await outcomeOf(5)).toMatchObject({ status: 'rejected', code: 'empty_revision' })

  expect(await node.ask()).toBe('one')
  expect(control.reports.at(-1)?.serving).toMatchObject({ number: 1 })
  control.publish(publication(6, page('six')))
  expect(await outcomeOf(6)).toMatchObject({ status: 'applied' })
  expect(await node.ask()).toBe('six')
})

test('the same content under a new number is applied at once, and the workers keep their runtime', async () => {
  control.publish(publication(1, page('one')))
  const node = start()
  await node.said('ready')
  control.publish(publication(2, page('one')))
  expect(await outcomeOf(2)).toMatchObject({ status: 'applied' })
  const { revision, workers } = await node.state()
  expect(revision).toMatchObject({ number: 2 })
  expect(workers.map((worker) => worker.revision)).toEqual([2, 2])
  expect(workers.map((worker) => worker.runtimes)).toEqual([1, 1])
})

test('of many revisions in a row the newest serves in the end', async () => {
  control.publish(publication(1, page('1')))
  const node = start()
  await node.said('ready')
  for (let number = 2; number <= 30; number++) control.publish(publication(number, page(String(number))))
  expect(await outcomeOf(30)).toMatchObject({ status: 'applied' })
  expect(await node.ask()).toBe('30')
})

test('a worker that does not answer refuses the revision; the others go on, and it obeys again when it can', {
  timeout: 60_000,
}, async () => {
  control.publish(publication(1, page('one')))
  const node = start()
  await node.said('ready')
  const { workers } = await node.state()
  const [, slow] = workers
  process.kill(slow?.pid ?? 0, 'SIGSTOP')
  control.publish(publication(2, page('two')))
  expect(await outcomeOf(2)).toMatchObject({ status: 'rejected', code: 'worker_silent' })
  expect(control.reports.at(-1)?.serving).toMatchObject({ number: 1 })
  process.kill(slow?.pid ?? 0, 'SIGCONT')
  control.publish(publication(3, page('three')))
  expect(await outcomeOf(3)).toMatchObject({ status: 'applied' })
  expect(await Promise.all([node.ask(), node.ask(), node.ask(), node.ask()])).toEqual(Array(4).fill('three'))
  expect((await node.state()).workers.map(({ pid }) => pid)).toEqual(workers.map(({ pid }) => pid))
})

test('a worker that ends while it prepares is replaced, and the revision is tried again', async () => {
  control.publish(publication(1, page('one')))
  const node = start()
  await node.said('ready')
  const victim = (await node.state()).workers[1]?.pid ?? 0
  process.kill(victim, 'SIGSTOP')
  control.publish(publication(2, page('two')))
  await new Promise((resolve) => setTimeout(resolve, 1000))
  process.kill(victim, 'SIGKILL')
  expect(await outcomeOf(2)).toMatchObject({ status: 'applied' })
  await eventually(async () => {
    expect((await node.state()).workers.map((worker) => worker.revision)).toEqual([2, 2])
  })
  expect(await Promise.all([node.ask(), node.ask(), node.ask(), node.ask()])).toEqual(Array(4).fill('two'))
})

test('a node waits for its first revision and is not ready before', async () => {
  const node = start(1)
  await node.said('control plane connected')
  await eventually(() => expect(control.reports[0]).toMatchObject({ serving: null, outcome: null }))
  control.publish(publication(1, { switchyard: 1, listeners: [{ id: 'web', address: '203.0.113.7', port: 1 }] }))
  expect(await outcomeOf(1)).toMatchObject({ status: 'rejected', code: 'port_in_use' })
  expect(node.lines.some((line) => line.msg === 'ready')).toBe(false)
  control.publish(publication(2, page('two')))
  expect(await node.ask()).toBe('two')
  expect((await node.get('/readyz')).status).toBe(200)
})

test('without its control plane a node goes on, and starts from the last good revision; it catches up later', async () => {
  control.publish(publication(1, page('one')))
  const first = start()
  expect(await first.ask()).toBe('one')
  await control.stop()
  await first.said('control plane not reachable')
  expect(await first.ask()).toBe('one')
  await first.stop()

  const node = start()
  expect(await node.ask()).toBe('one')
  expect(await node.state()).toMatchObject({
    revision: { number: 1, source: 'snapshot', ageSeconds: expect.any(Number) },
    control: { connected: false },
    lastGood: { number: 1, savedAt: expect.any(String) },
  })
  control.head = publication(3, page('three'))
  await control.listen()
  await eventually(async () => expect(await node.ask()).toBe('three'))
  expect(await outcomeOf(3)).toMatchObject({ status: 'applied' })
})

test('a damaged last good revision is noticed and the one before it used', async () => {
  control.publish(publication(1, page('one')))
  const first = start(1)
  expect(await first.ask()).toBe('one')
  control.publish(publication(2, page('two')))
  expect(await outcomeOf(2)).toMatchObject({ status: 'applied' })
  await first.stop()
  await control.stop()

  const newest = join(folder, 'data', 'snapshot.current')
  await writeFile(newest, (await readFile(newest, 'utf8')).replace('two', 'twO'))
  const node = start(1)
  await node.said('the last good configuration is damaged')
  expect(await node.ask()).toBe('one')
})

test('a token that is not accepted does not end a node', async () => {
  const options = ['--control', control.url, '--node', 'one', '--workers', '1', '--data', join(folder, 'data')]
  node = new NodeProcess(options, { SWITCHYARD_TOKEN: 'wrong' })
  await node.said('control plane does not accept the token')
  expect(await node.stop()).toMatchObject({ code: 0 })
  expect(JSON.stringify(node.lines)).not.toContain('wrong')
})

test('neither the token nor anything of the control plane is in the environment or the arguments of the workers', async () => {
  control.publish(publication(1, page('one')))
  const node = start(1)
  await node.said('ready')
  const { workers } = await node.state()
  const pid = workers[0]?.pid
  const [environment, commandLine] = await Promise.all([
    readFile(`/proc/${pid}/environ`, 'utf8').catch(() => ''),
    readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => ''),
  ])
  expect(environment + commandLine).not.toContain(control.token)
  expect(JSON.stringify(await node.state())).not.toContain(control.token)
})
