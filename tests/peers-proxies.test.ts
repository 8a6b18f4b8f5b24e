import { afterAll, beforeAll, expect, test } from 'vitest'
import { exercise } from './support/peers/exercise.ts'
import { PeerGateway } from './support/peers/gateway.ts'
import { installed, type RunningProxy, startProxy } from './support/peers/programs.ts'
import { ReferenceBackend } from './support/peers/reference-backend.ts'
import { temporaryFolder } from './support/product.ts'

const proxies = ['nginx', 'haproxy', 'caddy'] as const
const there = proxies.filter(installed)

/** Measured with the proxy alone, straight in front of the backend: what is lost on the way is lost by it. */
const exceptions = {
  nginx: { noTrailers: true, noDuplex: true },
  haproxy: {},
  caddy: { noDuplex: true },
}

let folder: Awaited<ReturnType<typeof temporaryFolder>>
let reference: ReferenceBackend
let behind: Record<string, RunningProxy>
let gateway: PeerGateway

beforeAll(async () => {
  folder = await temporaryFolder()
  reference = await ReferenceBackend.start()
  const started = there.map(async (peer) => [peer, await startProxy(peer, folder.path, reference.port)] as const)
  behind = Object.fromEntries(await Promise.all(started))
  const ports = Object.entries(behind).map(([peer, { port }]) => [peer, port] as const)
  gateway = await PeerGateway.start({ reference: reference.port, ...Object.fromEntries(ports) })
})

afterAll(async () => {
  await gateway?.stop()
  await Promise.all(Object.values(behind ?? {}).map((proxy) => proxy.stop()))
  await reference?.close()
  await folder?.remove()
})

for (const peer of proxies) {
  test(`${peer} as a backend: bodies, statuses, ranges and WebSockets come through, and nothing is left open`, async (context) => {
    context.skip(!there.includes(peer), `${peer} is not installed`)
    await exercise({ port: gateway.port(), host: `${peer}.test` }, exceptions[peer])
    await gateway.leavesNothingOpen()
  })

  test(`${peer} in front: bodies, statuses, ranges and WebSockets come through, and nothing is left open`, async (context) => {
    context.skip(!there.includes(peer), `${peer} is not installed`)
    const front = await startProxy(peer, folder.path, gateway.port())
    try {
      await exercise({ port: front.port, host: 'reference.test' }, exceptions[peer])
      // What it keeps of connections it closes with its own end.
      expect((await gateway.sockets()).clients).toBeLessThanOrEqual(101)
    } finally {
      await front.stop()
    }
    await gateway.leavesNothingOpen()
  })
}
