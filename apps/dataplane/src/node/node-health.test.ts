import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TargetEvent } from '@switchyard/core/target-events'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { parseExposition } from '../admin/testing/parse-exposition.ts'
import { ControlPlane } from '../testing/control-plane.ts'
import { publication } from '../testing/documents.ts'
import { eventually, NodeProcess } from '../testing/node-process.ts'

/** A target that says at `/health` how it is. */
class Backend {
  status = 200
  /** Probes that came. */
  probes = 0
  readonly server: Server
  readonly sockets = new Set<Socket>()

  constructor() {
    this.server = createServer((request, response) => {
      const probe = request.url === '/health'
      if (probe) this.probes++
      if (request.url === '/hold') return
      response.writeHead(probe ? this.status : 200).end('here')
    })
    this.server.on('connection', (socket) => this.sockets.add(socket))
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`
  }

  async start(): Promise<this> {
    this.server.listen(0, '127.0.0.1')
    await once(this.server, 'listening')
    return this
  }

  close(): void {
    this.server.close()
    for (const socket of this.sockets) socket.destroy()
  }
}

let folder: string
let control: ControlPlane
let backends: [Backend, Backend]
let node: NodeProcess
let published: number

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'switchyard-health-'))
  control = await ControlPlane.start()
  backends = [await new Backend().start(), await new Backend().start()]
  published = 0
})
afterEach(async () => {
  await node.stop()
  await control.stop()
  for (const backend of backends) backend.close()
  await rm(folder, { recursive: true })
})

const active = {
  path: '/health',
  intervalMs: 100,
  unsettledIntervalMs: 100,
  unhealthyThreshold: 1,
  healthyThreshold: 1,
}

function publish(fields: object = {}): void {
  const targets = [
    { id: 'a', url: backends[0].url },
    { id: 'b', url: backends[1].url },
  ]
  control.publish(
    publication(++published, {
      switchyard: 1,
      listeners: [{ id: 'web', address: '127.0.0.1', port: 0 }],
      upstreams: [{ id: 'shop', health: { active }, targets, ...fields }],
      routes: [{ id: 'shop', forward: { upstream: 'shop' } }],
    }),
  )
}

async function start(fields: object = {}): Promise<void> {
  publish(fields)
  const args = ['--control', control.url, '--node', 'one', '--data', join(folder, 'data'), '--workers', '2']
  node = new NodeProcess(args, { SWITCHYARD_TOKEN: control.token })
  await node.said('ready')
}

async function upstream() {
  const [shop] = (await node.state()).upstreams
  if (!shop) throw new Error('there is no upstream yet')
  return shop
}

async function target(id: string) {
  const found = (await upstream()).targets.find((one) => one.id === id)
  if (!found) throw new Error(`there is no target ${id}`)
  return found
}

const reported = (): TargetEvent[] => control.reports.flatMap(({ events }) => events)

test('a target that fails its probes is told of everywhere, with the cause: state, metrics, report, log', async () => {
  await start()
  await eventually(async () => expect((await target('a')).health).toMatchObject({ state: 'healthy' }))
  backends[0].status = 503
  const cause = { code: 'bad_status', detail: 'status 503' }
  await eventually(async () => expect((await target('a')).health).toMatchObject({ state: 'unhealthy', cause }))
  const { events } = await node.state()
  expect(events.map(({ seq, type, target, cause }) => ({ seq, type, target, cause }))).toEqual([
    { seq: 1, type: 'probe-failed', target: 'a', cause },
    { seq: 2, type: 'unhealthy', target: 'a', cause },
  ])
  await eventually(() => expect(reported()).toEqual(events))
  await eventually(() =>
    expect(control.reports.at(-1)).toMatchObject({
      targets: [{ target: 'a', health: { state: 'unhealthy', cause } }, { target: 'b' }],
      upstreams: [{ upstream: 'shop', noneEligible: null, tier: 0, breaker: null }],
    }),
  )
  expect(await node.said('target unhealthy')).toMatchObject({ upstream: 'shop', target: 'a', cause })

  const metrics = parseExposition(await (await node.get('/metrics')).text())
  const values = (name: string) => metrics.get(`switchyard_${name}`)?.samples ?? []
  expect(values('target_healthy').map(({ labels, value }) => [labels['target'], value])).toEqual([
    ['a', 0],
    ['b', 1],
  ])
  const failed = values('probes_total').find(({ labels }) => labels['result'] === 'failed')
  expect(failed?.value).toBeGreaterThan(0)
  expect(values('upstream_none_eligible')).toEqual([
    { name: expect.any(String), labels: { upstream: 'shop' }, value: 0 },
  ])
})

test('one prober asks, whatever the number of workers', async () => {
  await start({ health: { active: { ...active, intervalMs: 300, unsettledIntervalMs: 300, jitterPercent: 0 } } })
  await eventually(() => expect(backends[0].probes).toBeGreaterThan(0))
  const before = backends[0].probes
  await new Promise((resolve) => setTimeout(resolve, 1500))
  expect(backends[0].probes - before).toBeLessThanOrEqual(6)
})

test('events are neither lost nor told twice when reports are refused or the control plane is away', async () => {
  await start()
  const flap = async (backend: Backend, times: number) => {
    for (let i = 0; i < times; i++) {
      for (const [status, state] of [
        [500, 'unhealthy'],
        [200, 'healthy'],
      ] as const) {
        backend.status = status
        await eventually(async () => expect((await target('a')).health.state).toBe(state))
      }
    }
  }
  await eventually(async () => expect((await target('a')).health.state).toBe('healthy'))
  await flap(backends[0], 1)
  await eventually(() => expect(reported()).toHaveLength(3))
  control.refusesReports = true
  await flap(backends[0], 2)
  expect(reported()).toHaveLength(3)
  control.refusesReports = false
  await eventually(() => expect(reported()).toHaveLength(9))
  await control.stop()
  await flap(backends[0], 1)
  await control.listen()
  await eventually(() => expect(reported()).toHaveLength(12))
  expect(reported().map(({ seq }) => seq)).toEqual(Array.from({ length: 12 }, (_, i) => i + 1))
})

test('a publish that does not concern them forgets neither states nor causes; the probes of a removed target end', async () => {
  await start()
  backends[0].status = 503
  await eventually(async () => expect((await target('a')).health.state).toBe('unhealthy'))
  const { since } = (await target('a')).health
  publish({ title: 'other' })
  await eventually(async () => expect((await node.state()).revision?.number).toBe(2))
  const { health } = await target('a')
  expect(health).toMatchObject({ state: 'unhealthy', cause: { code: 'bad_status' } })
  expect(Math.abs(Date.parse(health.since) - Date.parse(since))).toBeLessThan(50)
  publish({ targets: [{ id: 'b', url: backends[1].url }] })
  await eventually(async () => expect((await node.state()).revision?.number).toBe(3))
  await eventually(async () => {
    expect((await node.state()).events.slice(-3)).toMatchObject([
      { type: 'removed', target: 'a', revision: 3 },
      { type: 'draining', target: 'a', revision: 3 },
      { type: 'drained', target: 'a' },
    ])
  })
  const before = backends[0].probes
  await new Promise((resolve) => setTimeout(resolve, 500))
  expect(backends[0].probes).toBeLessThanOrEqual(before + 1)
})

test('a drain is known with its deadline while something is under way, and over when that is', async () => {
  await start({ drainMs: 60_000, retries: { attempts: 0 } })
  const held = Promise.allSettled(Array.from({ length: 4 }, () => node.ask('/hold')))
  await eventually(async () => expect((await target('a')).inFlight).toBe(2))
  const targets = [
    { id: 'a', url: backends[0].url, drain: true },
    { id: 'b', url: backends[1].url },
  ]
  publish({ drainMs: 60_000, retries: { attempts: 0 }, targets })
  await eventually(async () => expect((await node.state()).revision?.number).toBe(2))
  const { drainsUntil } = (await target('a')).health
  expect(Date.parse(drainsUntil ?? '') - Date.now()).toBeGreaterThan(30_000)
  await new Promise((resolve) => setTimeout(resolve, 1200))
  expect((await node.state()).events.at(-1)).toMatchObject({ type: 'draining', target: 'a', revision: 2 })

  publish({ drainMs: 60_000, retries: { attempts: 0 }, targets: targets.slice(1) })
  await eventually(async () => {
    expect((await node.state()).leaving).toMatchObject([{ upstream: 'shop', id: 'a', inFlight: 2 }])
  })
  for (const { sockets } of backends) for (const socket of sockets) socket.destroy()
  await held
  await eventually(async () => {
    const { events, leaving } = await node.state()
    expect(leaving).toEqual([])
    expect(events.at(-1)).toMatchObject({ type: 'drained', target: 'a' })
  })
})

test('the shares of all workers together are even, and that is told', async () => {
  await start()
  await upstream()
  for (let i = 0; i < 160; i++) await node.ask()
  await eventually(async () => {
    const { fairness } = await upstream()
    expect(fairness).toBeGreaterThanOrEqual(1)
    expect(fairness).toBeLessThan(1.05)
  })
})

test('a worker that takes the place of a dead one knows what was judged before it serves', async () => {
  await start()
  backends[0].status = 503
  await eventually(async () => expect((await target('a')).health).toMatchObject({ eligibleWorkers: 0 }))
  const [victim] = (await node.state()).workers
  process.kill(victim?.pid ?? 0, 'SIGKILL')
  await eventually(async () => {
    const { workers } = await node.state()
    expect(workers.filter(({ revision, pid }) => revision === 1 && pid !== victim?.pid)).toHaveLength(2)
  })
  expect((await target('a')).health).toMatchObject({ state: 'unhealthy', eligibleWorkers: 0 })
  const { requests } = await target('a')
  for (let i = 0; i < 10; i++) expect(await node.ask()).toBe('here')
  expect((await target('a')).requests).toBe(requests)
})
