import { once } from 'node:events'
import { rename, writeFile } from 'node:fs/promises'
import { createServer, type Server } from 'node:net'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { Backend } from './support/backend.ts'
import { eventually } from './support/eventually.ts'
import { Control, DataPlane, nodeToken, temporaryFolder } from './support/product.ts'

let folder: Awaited<ReturnType<typeof temporaryFolder>>
let backend: Backend
/** A port that somebody else holds. */
let taken: Server
let takenPort: number

beforeAll(async () => {
  folder = await temporaryFolder()
  backend = await Backend.start('a')
  taken = createServer().listen(0, '127.0.0.1')
  await once(taken, 'listening')
  takenPort = (taken.address() as { port: number }).port
})

afterAll(async () => {
  taken?.close()
  await backend?.close()
  await folder?.remove()
})

const document = (extra: object[] = []) => ({
  switchyard: 1,
  listeners: [{ id: 'web', address: '127.0.0.1', port: 0 }, ...extra],
  upstreams: [{ id: 'shop', targets: [{ id: 'a', url: backend.url }] }],
  routes: [{ id: 'shop', forward: { upstream: 'shop' } }],
})

describe('with a control plane', () => {
  let control: Control
  let node: DataPlane

  beforeAll(async () => {
    control = await Control.start(join(folder.path, 'control'))
    await control.client.config.apply.mutate({ text: JSON.stringify(document()), format: 'json', publish: true })
    node = await DataPlane.start([
      ...['--control', control.url, '--token', nodeToken, '--node', 'one', '--workers', '2'],
      ...['--data', join(folder.path, 'one')],
    ])
  })

  afterAll(async () => {
    await node?.program.stop()
    await control?.program.stop()
  })

  test('a revision whose port is taken is rejected with its path, the old one serves on, and the API says so', async () => {
    const { client } = control
    const { revision } = await client.config.apply.mutate({
      text: JSON.stringify(document([{ id: 'other', address: '127.0.0.1', port: takenPort }])),
      format: 'json',
      publish: true,
    })
    const [view] = await eventually(async () => {
      const nodes = await client.nodes.list.query()
      expect(nodes).toHaveLength(1)
      expect(nodes[0]?.state).toBe('rejected')
      return nodes
    })
    expect(view?.outcome).toMatchObject({ status: 'rejected', number: revision, code: 'port_in_use' })
    expect(view?.outcome?.status === 'rejected' && view.outcome.problems[0]?.path).toBe('listeners[1].port')
    expect(view?.serving?.number).toBe((revision ?? 0) - 1)
    expect(await (await fetch(node.url())).text()).toBe('a')

    // The next good one applies.
    const good = await client.config.apply.mutate({
      text: JSON.stringify(document()),
      format: 'json',
      prune: true,
      publish: true,
    })
    await eventually(async () => {
      const nodes = await client.nodes.list.query()
      expect(nodes[0]).toMatchObject({ state: 'applied', serving: { number: good.revision } })
    })
    expect(await (await fetch(node.url())).text()).toBe('a')
  })
})

describe('with a file', () => {
  test('a wrong file changes nothing that serves, is said with path and line, and the next good one applies', async () => {
    const file = join(folder.path, 'gateway.yaml')
    const yaml = (weight: string, body: string) => `
switchyard: 1
listeners:
  - { id: web, address: 127.0.0.1, port: 0 }
upstreams:
  - id: shop
    targets:
      - { id: a, url: "${backend.url}", ${weight} }
routes:
  - id: shop
    match: { path: { type: prefix, value: /shop } }
    forward: { upstream: shop }
  - id: page
    middleware: [{ type: respond, body: "${body}" }]
`
    await writeFile(file, yaml('weight: 1', 'one'))
    const node = await DataPlane.start(['--config', file, '--workers', '1', '--data', join(folder.path, 'file')])
    try {
      expect(await (await fetch(`${node.url()}/`)).text()).toBe('one')

      await writeFile(file, yaml('wieght: 1', 'two'))
      const said = await node.program.line((line) => JSON.stringify(line).includes('wieght'))
      expect(JSON.stringify(said)).toContain('upstreams[0].targets[0]')
      expect(await (await fetch(`${node.url()}/`)).text()).toBe('one')
      expect(await (await fetch(`${node.url()}/shop`)).text()).toBe('a')

      // As editors do it: a new file put in the place of the old one.
      await writeFile(`${file}.new`, yaml('weight: 2', 'three'))
      await rename(`${file}.new`, file)
      await eventually(async () => expect(await (await fetch(`${node.url()}/`)).text()).toBe('three'))
    } finally {
      await node.program.stop()
    }
  })

  test('--check names every problem with path and line and exits with 1, or with 0 when there is none', async () => {
    const { Program } = await import('./support/program.ts')
    const file = join(folder.path, 'check.yaml')
    await writeFile(file, 'switchyard: 1\nroutes:\n  - id: a\n    forward: { upstream: nobody }\n    colour: red\n')
    const wrong = new Program(['apps/dataplane/bin/switchyard-dataplane.mjs', '--config', file, '--check'])
    expect(await wrong.exited).toBe(1)
    expect(wrong.tail()).toContain('routes[0].colour')
    expect(wrong.tail()).toMatch(/check\.yaml:5/)

    await writeFile(file, JSON.stringify(document()))
    const right = new Program(['apps/dataplane/bin/switchyard-dataplane.mjs', '--config', file, '--check'])
    expect(await right.exited).toBe(0)
  })
})
