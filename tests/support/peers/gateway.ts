import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect } from 'vitest'
import { certificates } from '../certificates.ts'
import { eventually } from '../eventually.ts'
import { DataPlane, temporaryFolder } from '../product.ts'

interface Sockets {
  readonly clients: number
  readonly targets: number
}

/** A node by http and https, with a backend for each host; the first one serves any other host, too. */
export class PeerGateway {
  readonly folder: Awaited<ReturnType<typeof temporaryFolder>>
  readonly node: DataPlane

  private constructor(folder: PeerGateway['folder'], node: DataPlane) {
    this.folder = folder
    this.node = node
  }

  /** @param backends ports by id, which is also the first label of the host: `nginx` is `nginx.test` */
  static async start(backends: Readonly<Record<string, number>>): Promise<PeerGateway> {
    const folder = await temporaryFolder()
    const [{ certificate, key }] = certificates
    const keyFile = join(folder.path, 'key.pem')
    await writeFile(keyFile, key, { mode: 0o600 })
    const ids = Object.keys(backends)
    const document = {
      switchyard: 1,
      listeners: [
        { id: 'web', address: '127.0.0.1', port: 0 },
        { id: 'secure', address: '127.0.0.1', port: 0, protocol: 'https', tls: { certificates: ['shown'] } },
      ],
      certificates: [{ id: 'shown', certificate, key: { file: keyFile } }],
      upstreams: ids.map((id) => ({
        id,
        targets: [{ id, url: `http://127.0.0.1:${backends[id]}` }],
        timeouts: { keepAliveMs: 500 },
      })),
      routes: ids.map((id, i) => ({
        id,
        ...(i === 0 ? {} : { match: { hosts: [`${id}.test`] } }),
        forward: { upstream: id },
      })),
    }
    const file = join(folder.path, 'gateway.json')
    await writeFile(file, JSON.stringify(document))
    const args = ['--config', file, '--workers', '1', '--data', join(folder.path, 'node')]
    return new PeerGateway(folder, await DataPlane.start(args))
  }

  port(listener: 'web' | 'secure' = 'web'): number {
    return Number(new URL(this.node.url(listener)).port)
  }

  async sockets(): Promise<Sockets> {
    const workers = (await this.node.state())['workers'] as { sockets: Sockets }[]
    return workers[0]?.sockets ?? { clients: -1, targets: -1 }
  }

  /** Nothing of what was done is left: no connection, on either side. */
  async leavesNothingOpen(): Promise<void> {
    await eventually(async () => expect(await this.sockets()).toEqual({ clients: 0, targets: 0 }), 20_000, 100)
  }

  async stop(): Promise<void> {
    expect(await this.node.program.stop()).toBe(0)
    await this.folder.remove()
  }
}
