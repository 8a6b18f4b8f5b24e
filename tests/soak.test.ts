import { afterAll, beforeAll, expect, test } from 'vitest'
import { descriptorsOf } from './support/descriptors.ts'
import { eventually } from './support/eventually.ts'
import { inMegabytes, megabyte, memoryOf } from './support/memory.ts'
import { temporaryFolder } from './support/product.ts'
import { readSoakOptions } from './support/soak/options.ts'
import { type Load, leavesAfter } from './support/soak/plan.ts'
import { SoakSystem } from './support/soak/system.ts'

const options = readSoakOptions()
const secure = true

const load: Load = {
  connections: 50,
  keptAlivePerSecond: options.keptAlivePerSecond,
  freshPerSecond: options.freshPerSecond,
  webSockets: 200,
  leaving: 20,
  events: 20,
  downloads: 5,
  downloadBytes: options.downloadMegabytes * megabyte,
  uploads: 20,
  uploadBytes: 2 * megabyte,
  ms: options.seconds * 1000,
}

let folder: Awaited<ReturnType<typeof temporaryFolder>>
let system: SoakSystem

beforeAll(async () => {
  folder = await temporaryFolder()
  system = await SoakSystem.start(folder.path, { seed: options.seed, workers: 2, secure })
  // Inspectors open while there are ports.
  await settled()
})

afterAll(async () => {
  await system?.stop()
  await folder?.remove()
})

test(
  `${options.publishes} publishes under load fail no request, close no connection and leave nothing behind`,
  async () => {
    // Everything is used once before it is measured: compiled code and caches stay.
    await system.begin({ ...load, leaving: 0, ms: 5000, downloadBytes: megabyte }, secure)
    await system.publish(50, 10)
    expect((await system.end()).findings).toEqual([])
    const before = await settled()

    await system.begin(load, secure)
    const began = performance.now()
    const published = await system.publish(options.publishes, options.publishesPerSecond)
    expect(options.publishes).toBeGreaterThan(leavesAfter)
    const left = options.seconds * 1000 - (performance.now() - began)
    if (left > 0) await new Promise((resolve) => setTimeout(resolve, left))
    const result = await system.end()
    const counted = await system.backends.ask({ type: 'count', last: result.lastId })
    say(`seed ${options.seed}: ${options.publishes} publishes, ${rate(options.publishes, published.seconds)}`)
    say(`${published.applied} of them applied one by one; of the others a newer one took their place`)
    say(`kept alive ${rate(result.keptAlive, result.seconds)}, new ${rate(result.fresh, result.seconds)}`)
    say(`latency ${result.p50} ms (median), ${result.p99} ms (99 %), ${result.worst} ms (worst)`)
    say(`${result.echoes} echoes, ${result.events} events`)
    say(`${inMegabytes(result.downloaded)} downloaded, ${inMegabytes(result.uploaded)} uploaded`)

    expect(result.findings).toEqual([])
    expect(result.problems).toBe(0)
    expect(counted.missing).toEqual([])
    expect(counted.repeated).toEqual([])
    expect(published.applied).toBeGreaterThan(options.publishes / 10)
    // Whatever the machine: it was a load, and all of it moved.
    expect(result.keptAlive).toBeGreaterThan((options.seconds * load.keptAlivePerSecond) / 4)
    expect(result.fresh).toBeGreaterThan((options.seconds * load.freshPerSecond) / 4)
    expect(result.echoes).toBeGreaterThan((load.webSockets * options.seconds) / 4)
    expect(result.events).toBeGreaterThan((load.events * options.seconds) / 4)

    await eventually(
      async () => {
        const after = await settled()
        say(`held ${inMegabytes(before.held)} → ${inMegabytes(after.held)}`)
        say(`resident ${inMegabytes(before.rss)} → ${inMegabytes(after.rss)}`)
        expect(after.runtimes).toEqual([1, 1])
        expect(after.clients).toBe(0)
        expect(after.descriptors).toEqual(before.descriptors)
        expect(after.held).toBeLessThan(before.held * 1.1)
        // Pages that were once used go back to the system late, or in part.
        expect(after.rss).toBeLessThan(before.rss * 1.1 + 64 * megabyte)
      },
      60_000,
      2000,
    )

    const grave = system.node.program.lines.filter((line) => /error|fatal/.test(String(line['level'])))
    expect(grave).toEqual([])
    expect(await system.node.program.stop()).toBe(0)
  },
  (options.seconds + 240) * 1000,
)

/** What the node holds when nothing goes through it, over all its processes. */
async function settled() {
  return eventually(async () => {
    const { program } = system.node
    const state = (await system.node.state()) as unknown as State
    expect(state.workers.reduce((sum, worker) => sum + worker.sockets.targets, 0)).toBe(0)
    // The supervisor last: opening its inspector would open those of its workers.
    const pids = [...state.workers.map((worker) => worker.pid), program.pid]
    const memories = []
    for (const pid of pids) memories.push(await memoryOf(program, pid))
    return {
      runtimes: state.workers.map((worker) => worker.runtimes),
      clients: state.workers.reduce((sum, worker) => sum + worker.sockets.clients, 0),
      held: memories.reduce((sum, one) => sum + one.held, 0),
      rss: memories.reduce((sum, one) => sum + one.rss, 0),
      descriptors: pids.map(descriptorsOf),
    }
  })
}

interface State {
  readonly workers: readonly {
    readonly pid: number
    readonly runtimes: number
    readonly sockets: { readonly clients: number; readonly targets: number }
  }[]
}

const rate = (count: number, seconds: number): string => `${(count / seconds).toFixed(1)}/s`

function say(sentence: string): void {
  console.log(sentence)
}
