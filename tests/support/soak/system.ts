import { X509Certificate } from 'node:crypto'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { certificates } from '../certificates.ts'
import { Child } from '../children.ts'
import { collectable } from '../collect-garbage.ts'
import { Control, DataPlane, nodeToken } from '../product.ts'
import type { BackendAnswer, BackendQuestion } from './backends.ts'
import type { ClientAnswer, ClientQuestion } from './clients.ts'
import { backendCount, document, type Load } from './plan.ts'

export interface Published {
  /** From the first publish to the last, in seconds. */
  readonly seconds: number
  /** How many of them were followed by an *applied* before a newer one took their place. */
  readonly applied: number
}

/** A control plane, a node that follows it, backends and clients: five or more processes on this machine. */
export class SoakSystem {
  readonly control: Control
  readonly node: DataPlane
  readonly backends: Child<BackendQuestion, BackendAnswer>
  readonly clients: Child<ClientQuestion, ClientAnswer>
  readonly #document: (step: number) => string
  /** The step of each revision number. */
  readonly #steps = new Map<number, number>()
  #step = 0
  #applied = 0
  #read = 0

  private constructor(
    control: Control,
    node: DataPlane,
    backends: SoakSystem['backends'],
    documentAt: (step: number) => string,
  ) {
    this.control = control
    this.node = node
    this.backends = backends
    this.clients = new Child('soak/clients.ts')
    this.#document = documentAt
  }

  static async start(folder: string, { seed, workers, secure }: { seed: number; workers: number; secure: boolean }) {
    const backends = new Child<BackendQuestion, BackendAnswer>('soak/backends.ts')
    const { ports } = await backends.ask({ type: 'open', count: backendCount })
    const shown = await Promise.all(
      (secure ? certificates : []).map(async ({ certificate, key }, i) => {
        const keyFile = join(folder, `key-${i}.pem`)
        await writeFile(keyFile, key, { mode: 0o600 })
        return { certificate, keyFile }
      }),
    )
    const documentAt = (step: number) => JSON.stringify(document(step, { seed, ports, certificates: shown }))
    const control = await Control.start(folder)
    const first = await apply(control, documentAt(0))
    const node = await DataPlane.start(
      [
        ...['--control', control.url, '--token', nodeToken, '--node', 'soak', '--workers', String(workers)],
        ...['--data', join(folder, 'node')],
      ],
      await collectable(),
    )
    const system = new SoakSystem(control, node, backends, documentAt)
    system.#steps.set(first, 0)
    return system
  }

  begin(load: Load, secure: boolean): Promise<ClientAnswer> {
    const at = (listener: string) => Number(new URL(this.node.url(listener)).port)
    return this.clients.ask({
      type: 'begin',
      web: { port: at('web') },
      secure: secure ? { port: at('secure'), tls: true } : undefined,
      load,
      fingerprints: certificates.map(({ certificate }) => new X509Certificate(certificate).fingerprint256),
    })
  }

  end(): Promise<ClientAnswer> {
    return this.clients.ask({ type: 'end' })
  }

  /** Publishes so many steps, at a rate if the control plane can, and tells the clients of each that the node has applied. */
  async publish(count: number, perSecond: number): Promise<Published> {
    const began = performance.now()
    const appliedBefore = this.#applied
    let seen = 0
    const watch = setInterval(() => {
      seen += this.#readApplied()
    }, 2)
    try {
      for (let i = 0; i < count; i++) {
        const wait = began + (i * 1000) / perSecond - performance.now()
        if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait))
        const step = ++this.#step
        this.clients.tell({ type: 'steps', applied: this.#applied, published: step })
        this.#steps.set(await apply(this.control, this.#document(step)), step)
      }
      const seconds = (performance.now() - began) / 1000
      for (const deadline = Date.now() + 30_000; this.#applied < this.#step; ) {
        if (Date.now() > deadline) throw new Error(`step ${this.#step} was never applied:\n${this.node.program.tail()}`)
        await new Promise((resolve) => setTimeout(resolve, 10))
      }
      return { seconds, applied: this.#applied === appliedBefore ? 0 : seen }
    } finally {
      clearInterval(watch)
    }
  }

  /** What the node has said since the last look. */
  #readApplied(): number {
    const { lines } = this.node.program
    let count = 0
    for (; this.#read < lines.length; this.#read++) {
      const line = lines[this.#read]
      if (line?.msg !== 'revision applied') continue
      const step = this.#steps.get(Number(line['number']))
      // The node may be quicker than the answer to the one who published.
      if (step === undefined) break
      this.#applied = step
      count++
      this.clients.tell({ type: 'steps', applied: step, published: this.#step })
    }
    return count
  }

  async stop(): Promise<number | null> {
    await this.clients.stop()
    const code = await this.node.program.stop()
    await this.control.program.stop()
    await this.backends.stop()
    return code
  }
}

/** @returns the number of the revision. */
async function apply(control: Control, text: string): Promise<number> {
  const { revision } = await control.client.config.apply.mutate({
    text,
    format: 'json',
    prune: true,
    publish: true,
    // Random routes come and go.
    confirm: true,
  })
  if (revision === undefined) throw new Error('nothing was published')
  return revision
}
