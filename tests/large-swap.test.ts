import { rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { Backend } from './support/backend.ts'
import { collectable, evaluate } from './support/collect-garbage.ts'
import { eventually } from './support/eventually.ts'
import { DataPlane, temporaryFolder } from './support/product.ts'
import { head, RawConnection } from './support/raw-http.ts'

const routes = 1000
const targetsPerUpstream = 50
const upstreams = 100
const swaps = 7
/** In milliseconds. */
const mayStall = 50

let folder: Awaited<ReturnType<typeof temporaryFolder>>
let backend: Backend
let node: DataPlane
let file: string

beforeAll(async () => {
  folder = await temporaryFolder()
  backend = await Backend.start('a')
  file = join(folder.path, 'gateway.json')
  await writeFile(file, JSON.stringify(document(0)))
  const args = ['--config', file, '--workers', '1', '--data', join(folder.path, 'node')]
  node = await DataPlane.start(args, await collectable())
})

afterAll(async () => {
  await node?.program.stop()
  await backend?.close()
  await folder?.remove()
})

/** Each step has another weight, another header rule, and a target and a route that come and go. */
function document(step: number) {
  const target = (i: number) => ({ id: `target-${i}`, url: backend.url, weight: 1 + ((i + step) % 5) })
  return {
    switchyard: 1,
    listeners: [{ id: 'web', address: '127.0.0.1', port: 0 }],
    upstreams: Array.from({ length: upstreams }, (_, i) => ({
      id: `upstream-${i}`,
      targets: Array.from({ length: targetsPerUpstream - (i === 0 ? step % 2 : 0) }, (_, j) => target(j)),
    })),
    routes: Array.from({ length: routes - (step % 2) }, (_, i) => ({
      id: `route-${i}`,
      match: { hosts: [`host-${i % 50}.example.com`], path: { type: 'prefix', value: `/part/${i}` } },
      middleware: [{ type: 'headers', response: { set: { 'x-step': String(step) } } }],
      forward: { upstream: `upstream-${i % upstreams}` },
    })),
  }
}

test(`a swap of ${routes} routes and ${upstreams * targetsPerUpstream} targets stalls a worker by at most ${mayStall} ms`, async () => {
  const [worker] = (await node.state())['workers'] as { pid: number }[]
  const { program } = node
  const inWorker = (expression: string) => evaluate<number>(program, worker?.pid ?? 0, expression)
  await inWorker(watchForStalls)
  /** The longest time that the worker did nothing else, in milliseconds, while something was going on. */
  const stallDuring = async (what: () => Promise<unknown>): Promise<number> => {
    await inWorker('longestStall = 0')
    await what()
    return inWorker('longestStall')
  }

  const idle = await stallDuring(() => sleep(1000))
  const swapping: number[] = []
  for (let step = 1; step <= swaps; step++) {
    swapping.push(
      await stallDuring(async () => {
        await writeFile(`${file}.new`, JSON.stringify(document(step)))
        await rename(`${file}.new`, file)
        await eventually(async () => expect(await stepServed()).toBe(step))
      }),
    )
  }
  console.log(`stalls of swaps: ${swapping.map(formatted).join(', ')}; with nothing to do: ${formatted(idle)}`)
  expect(median(swapping)).toBeLessThanOrEqual(mayStall)
})

/**
 * A turn of the event loop counts with the processor time of it, where that is less than its length: the rest of it is
 * other programs, which take turns on this machine.
 */
const watchForStalls = `
  globalThis.longestStall = 0
  let at = performance.now()
  let cpu = process.cpuUsage()
  setInterval(() => {
    const { user, system } = process.cpuUsage(cpu)
    const turn = Math.min(performance.now() - at, (user + system) / 1000)
    longestStall = Math.max(longestStall, turn)
    at = performance.now()
    cpu = process.cpuUsage()
  }, 1).unref()
  0`

async function stepServed(): Promise<number> {
  const connection = new RawConnection({ port: Number(new URL(node.url()).port) })
  const { headers } = await connection.request(head('GET', '/part/7/x', { host: 'host-7.example.com' }))
  connection.destroy()
  return Number(headers['x-step'])
}

const median = (values: readonly number[]) => values.toSorted((a, b) => a - b)[values.length >> 1] ?? 0
const formatted = (ms: number) => `${ms.toFixed(1)} ms`
