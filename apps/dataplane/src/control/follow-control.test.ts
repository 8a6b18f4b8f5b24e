import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { createServer, type Server, type Socket } from 'node:net'
import { type Report, revisionId, type Snapshot } from '@switchyard/core/node-protocol'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { ControlPlane } from '../testing/control-plane.ts'
import { type ControlAddress, createControlClient } from './client.ts'
import { type Follower, followControl } from './follow-control.ts'
import { type Reporter, startReporter } from './reporter.ts'

let control: ControlPlane
let follower: Follower | undefined
let reporter: Reporter | undefined
let received: Snapshot[]
let said: string[]
let warned: number
let serving: { number: number; hash: string } | undefined

beforeEach(async () => {
  control = await ControlPlane.start()
  received = []
  said = []
  warned = 0
  serving = undefined
})
afterEach(async () => {
  follower?.close()
  reporter?.close()
  await control.stop()
})

const say = (_: object, message: string) => void said.push(message)
const warn = (about: object, message: string) => {
  warned++
  say(about, message)
}
const log = { debug: say, info: say, warn, error: say }
const snapshot = (number: number, document = '{}'): Snapshot => ({
  number,
  hash: number.toString(16).padStart(64, '0'),
  document,
  publishedAt: '2026-01-01T00:00:00Z',
})

function follow(at: ControlAddress = control): void {
  follower = followControl({
    client: createControlClient({ url: at.url, token: at.token, answerWithinMs: at.answerWithinMs ?? 10_000 }),
    node: 'one',
    serving: () => serving,
    onSnapshot: (one) => {
      received.push(one)
      const { number, hash, secrets } = one
      serving = { number, hash, ...(secrets && { secrets: { version: secrets.version } }) }
    },
    log,
    random: () => 0.5,
  })
}
const eventually = (check: () => void) => vi.waitFor(check, { timeout: 15_000, interval: 20 })
const numbers = () => received.map((one) => one.number)

describe('following a control plane', () => {
  test('the head comes at once, and each newer one when it is published', async () => {
    control.publish(snapshot(1))
    follow()
    await eventually(() => expect(numbers()).toEqual([1]))
    control.publish(snapshot(2))
    await eventually(() => expect(numbers()).toEqual([1, 2]))
    expect(follower?.connected).toBe(true)
    expect(control.subscriptions).toEqual([{ node: 'one', lastEventId: null, serving: null }])
    expect(said).toEqual(['control plane connected'])
  })

  test('what serves already is said, so that it need not come again', async () => {
    serving = { number: 1, hash: snapshot(1).hash }
    control.publish(snapshot(1))
    follow()
    await eventually(() => expect(follower?.connected).toBe(true))
    control.publish(snapshot(2))
    await eventually(() => expect(numbers()).toEqual([2]))
    expect(control.subscriptions[0]).toMatchObject({ serving: { number: 1, hash: snapshot(1).hash } })
  })

  test('another value of a secret comes under the same number; which values serve is said by their version', async () => {
    const withSecret = (version: string) => ({ ...snapshot(1), secrets: { version, values: { 'web-key': version } } })
    const [first, second] = [withSecret('0'.repeat(16)), withSecret('1'.repeat(16))]
    control.publish(first)
    follow()
    await eventually(() => expect(received).toEqual([first]))
    control.publish(second)
    await eventually(() => expect(received).toEqual([first, second]))
    await control.stop()
    await control.listen()
    await eventually(() => expect(control.subscriptions).toHaveLength(2))
    expect(control.subscriptions[1]).toEqual({
      node: 'one',
      lastEventId: null,
      serving: { number: 1, hash: second.hash, secrets: { version: second.secrets.version } },
    })
    expect(received).toHaveLength(2)
  })

  test('a revision that came but does not serve is not asked for again', async () => {
    follow()
    control.publish(snapshot(1))
    await eventually(() => expect(numbers()).toEqual([1]))
    serving = undefined
    await control.stop()
    await control.listen()
    await eventually(() => expect(control.subscriptions).toHaveLength(2))
    expect(control.subscriptions[1]).toMatchObject({ lastEventId: revisionId(snapshot(1)) })
  })

  test('a control plane that goes away and comes back is followed again, and nothing is missed', async () => {
    follow()
    control.publish(snapshot(1))
    await eventually(() => expect(numbers()).toEqual([1]))
    await control.stop()
    await eventually(() => expect(follower?.connected).toBe(false))
    control.head = snapshot(3)
    await new Promise((resolve) => setTimeout(resolve, 1000))
    await control.listen()
    await eventually(() => expect(numbers()).toEqual([1, 3]))
    expect(said).toEqual(['control plane connected', 'control plane not reachable', 'control plane connected'])
  })

  test('one that is not there at the start is waited for, and that is said once', async () => {
    await control.stop()
    follow()
    await new Promise((resolve) => setTimeout(resolve, 1500))
    control.head = snapshot(1)
    await control.listen()
    await eventually(() => expect(numbers()).toEqual([1]))
    expect(said).toEqual(['control plane not reachable', 'control plane connected'])
  })

  test('a token that is not accepted is said once', async () => {
    follow({ url: control.url, token: 'wrong' })
    await eventually(() => expect(said).toEqual(['control plane does not accept the token']))
    expect(follower?.connected).toBe(false)
    expect(control.subscriptions).toEqual([])
  })

  test('a message that is not as agreed ends the connection, and the next one is tried', async () => {
    control.publish({ ...snapshot(1), hash: 'not a hash' })
    follow()
    await eventually(() => expect(said).toContain('control plane not reachable'))
    control.publish(snapshot(2))
    await eventually(() => expect(numbers()).toEqual([2]))
  })

  test('an event that is no JSON ends the connection, and the next one is tried', async () => {
    const streams: Socket[] = []
    const garbling = createServer((socket) => {
      streams.push(socket)
      socket.once('data', () => {
        socket.write('HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n\r\nevent: connected\ndata: {}\n\n')
        socket.write('data: {"number": \nid: 1\n\n')
      })
      socket.on('error', () => {})
    }).listen(0, '127.0.0.1')
    await once(garbling, 'listening')
    follow({ url: `http://127.0.0.1:${(garbling.address() as AddressInfo).port}`, token: 't' })
    await eventually(() => expect(streams.length).toBeGreaterThan(1))
    expect(said).toContain('control plane not reachable')
    follower?.close()
    for (const stream of streams) stream.destroy()
    garbling.close()
  })

  test('an older revision that is sent again is not taken, but in a new connection it is: a database may be put back', async () => {
    follow()
    for (const number of [1, 2]) {
      control.publish(snapshot(number))
      await eventually(() => expect(numbers()).toContain(number))
    }
    control.publish(snapshot(1))
    await eventually(() => expect(said).toContain('an older revision came after a newer one; it is not taken'))
    control.publish(snapshot(3))
    await eventually(() => expect(numbers()).toEqual([1, 2, 3]))
    await control.stop()
    control.head = snapshot(2)
    await control.listen()
    await eventually(() => expect(numbers()).toEqual([1, 2, 3, 2]))
  })

  test('a document of some megabytes with every kind of character arrives whole', async () => {
    const document = JSON.stringify({ text: 'é漢😀\n\r\u2028data: '.repeat(300_000) })
    follow()
    control.publish(snapshot(1, document))
    await eventually(() => expect(received[0]?.document === document).toBe(true))
  })

  test('a server that accepts and says nothing is given up', async () => {
    const sockets = new Set<Socket>()
    const silent: Server = createServer((socket) => sockets.add(socket)).listen(0, '127.0.0.1')
    await once(silent, 'listening')
    follow({ url: `http://127.0.0.1:${(silent.address() as AddressInfo).port}`, token: 't', answerWithinMs: 200 })
    await eventually(() => expect(said).toEqual(['control plane not reachable']))
    follower?.close()
    for (const socket of sockets) socket.destroy()
    silent.close()
  })

  test('nothing is tried after close', async () => {
    follow()
    await eventually(() => expect(follower?.connected).toBe(true))
    follower?.close()
    await control.stop()
    await control.listen()
    await new Promise((resolve) => setTimeout(resolve, 1000))
    expect(control.subscriptions).toHaveLength(1)
  })
})

describe('reporting', () => {
  const report: Report = {
    node: 'one',
    instance: 'instance-1',
    version: '1.0.0',
    startedAt: '2026-01-01T00:00:00Z',
    serving: null,
    outcome: null,
    workers: [],
    listeners: [],
    targets: [],
    upstreams: [],
    events: [],
  }
  let arrived: Report[] = []
  let more = 0
  const start = (intervalMs: number, collect = async () => report) => {
    arrived = []
    const onArrived = (one: Report) => arrived.push(one) <= more
    reporter = startReporter({ client: createControlClient(control), collect, onArrived, log, intervalMs })
  }

  test('reports come at a steady pace', async () => {
    start(100)
    await eventually(() => expect(control.reports.length).toBeGreaterThanOrEqual(3))
    expect(control.reports[0]).toEqual(report)
  })

  test('a hurried report comes soon, and one asked for while another is under way follows it', async () => {
    let collected = 0
    start(60_000, async () => ({ ...report, version: String(++collected) }))
    reporter?.hurry()
    await eventually(() => expect(control.reports.map((one) => one.version)).toEqual(['1', '2']))
  })

  test('what did not find room in a report follows at once', async () => {
    more = 2
    start(60_000)
    await eventually(() => expect(arrived).toHaveLength(3))
    more = 0
  })

  test('only reports that were taken have arrived', async () => {
    await control.stop()
    let collected = 0
    start(100, async () => ({ ...report, version: String(++collected) }))
    await eventually(() => expect(collected).toBeGreaterThan(2))
    expect(arrived).toEqual([])
    await control.listen()
    await eventually(() => expect(arrived.length).toBeGreaterThan(0))
    expect(control.reports.slice(0, arrived.length)).toEqual(arrived)
  })

  test('whoever hurries all the time gets a report every now and then', async () => {
    let collected = 0
    start(60_000, async () => ({ ...report, version: String(++collected) }))
    const hurrying = setInterval(() => reporter?.hurry(), 1)
    await new Promise((resolve) => setTimeout(resolve, 1000))
    clearInterval(hurrying)
    expect(collected).toBeGreaterThan(2)
    expect(collected).toBeLessThanOrEqual(12)
  })

  test('a report that is refused is said once', async () => {
    let collected = 0
    start(20, async () => ({ ...report, version: String(++collected).padEnd(50) }))
    await eventually(() => expect(collected).toBeGreaterThan(3))
    expect(said).toEqual(['report not taken'])
    expect(warned).toBe(1)
  })

  test('reports go on after the control plane was away', async () => {
    await control.stop()
    start(100)
    await new Promise((resolve) => setTimeout(resolve, 500))
    await control.listen()
    await eventually(() => expect(control.reports.length).toBeGreaterThanOrEqual(2))
  })
})
