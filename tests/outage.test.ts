import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { Backend } from './support/backend.ts'
import { eventually } from './support/eventually.ts'
import { startLoad } from './support/load.ts'
import { Control, DataPlane, nodeToken, temporaryFolder } from './support/product.ts'

let folder: Awaited<ReturnType<typeof temporaryFolder>>
let backend: Backend
let control: Control
let node: DataPlane

beforeEach(async () => {
  folder = await temporaryFolder()
  backend = await Backend.start('a')
  control = await Control.start(join(folder.path, 'control'))
  await publish('one')
  node = await startNode()
})

afterEach(async () => {
  await node?.program.stop()
  await control?.program.stop()
  await backend?.close()
  await folder?.remove()
})

const nodeFolder = () => join(folder.path, 'node')
const startNode = () =>
  DataPlane.start([
    ...['--control', control.url, '--token', nodeToken, '--node', 'one', '--workers', '1', '--data', nodeFolder()],
  ])

/** Publishes a configuration whose `/page` says `body`. */
async function publish(body: string): Promise<void> {
  const document = {
    switchyard: 1,
    listeners: [{ id: 'web', address: '127.0.0.1', port: 0 }],
    upstreams: [{ id: 'shop', targets: [{ id: 'a', url: backend.url }] }],
    routes: [
      { id: 'shop', forward: { upstream: 'shop' } },
      { id: 'page', match: { path: { type: 'exact', value: '/page' } }, middleware: [{ type: 'respond', body }] },
    ],
  }
  await control.client.config.apply.mutate({ text: JSON.stringify(document), format: 'json', publish: true })
}

const page = async () => (await fetch(`${node.url()}/page`)).text()

test('traffic goes on while the control plane is dead, and the node misses nothing when it returns', async () => {
  expect(await page()).toBe('one')
  const load = startLoad(`${node.url()}/`, { connections: 4, pauseMs: 10 })
  await control.program.kill()
  await eventually(async () => expect((await node.state())['control']).toMatchObject({ connected: false }))
  expect(await page()).toBe('one')

  await control.restart()
  await publish('two')
  await publish('three')
  await eventually(async () => expect(await page()).toBe('three'))
  const result = await load.stop()
  expect(result.failures).toEqual([])
  expect(result.connections).toBe(4)
})

test('a node starts without its control plane from the last good snapshot, and catches up later', async () => {
  await publish('two')
  await eventually(async () => expect(await page()).toBe('two'))
  await node.program.stop()
  await control.program.kill()

  node = await startNode()
  expect(await page()).toBe('two')
  expect(JSON.stringify(await node.state())).toContain('"source":"snapshot"')

  await control.restart()
  await publish('three')
  await eventually(async () => expect(await page()).toBe('three'))
})

test('a damaged snapshot is noticed and the one before it used', async () => {
  await publish('two')
  await eventually(async () => expect(await page()).toBe('two'))
  await node.program.stop()
  await control.program.kill()

  await damageNewest()
  node = await startNode()
  expect(await page()).toBe('one')
  expect(node.program.lines.some((line) => /damaged/.test(line.msg ?? ''))).toBe(true)
})

/** Changes one byte in the middle of the file that holds the newest revision. */
async function damageNewest(): Promise<void> {
  const files = await readdir(nodeFolder(), { recursive: true, withFileTypes: true })
  const named = files.filter((file) => file.isFile()).map((file) => join(file.parentPath, file.name))
  const contents = await Promise.all(named.map(async (path) => ({ path, text: await readFile(path, 'utf8') })))
  const newest = contents.filter((file) => /\\?"body\\?":\\?"two/.test(file.text))
  expect(newest).toHaveLength(1)
  for (const { path, text } of newest) await writeFile(path, text.replace(/two/, 'twO'))
}
