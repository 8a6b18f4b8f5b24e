import { mkdir, readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { askOverTls } from './support/ask-over-tls.ts'
import { Backend } from './support/backend.ts'
import { renewedCertificate, shopCertificate } from './support/certificate.ts'
import { eventually } from './support/eventually.ts'
import { Control, DataPlane, nodeToken, temporaryFolder } from './support/product.ts'

let folder: Awaited<ReturnType<typeof temporaryFolder>>
let backend: Backend
let control: Control
let node: DataPlane

const startNode = () =>
  DataPlane.start([
    ...['--control', control.url, '--token', nodeToken, '--node', 'one', '--workers', '2'],
    ...['--data', join(folder.path, 'node')],
  ])

beforeAll(async () => {
  folder = await temporaryFolder()
  await mkdir(join(folder.path, 'control'))
  backend = await Backend.start('a')
  control = await Control.start(join(folder.path, 'control'))
  const { client } = control
  await client.certificates.save.mutate({ id: 'shop', ...shopCertificate })
  const tls = { protocol: 'https', tls: { certificates: ['shop'] } }
  await client.listeners.create.mutate({ value: { id: 'web', address: '127.0.0.1', port: 0, ...tls } })
  await client.upstreams.create.mutate({ value: { id: 'shop', targets: [{ id: 'a', url: backend.url }] } })
  await client.routes.create.mutate({ value: { id: 'shop', forward: { upstream: 'shop' } } })
  await publish()
  node = await startNode()
})

afterAll(async () => {
  await node?.program.stop()
  await control?.program.stop()
  await backend?.close()
  await folder?.remove()
})

async function publish(): Promise<number> {
  const { draft } = await control.client.revisions.status.query()
  return (await control.client.revisions.publish.mutate({ etag: draft.etag })).number
}
const nodeIs = (state: string, number: number) =>
  eventually(async () => {
    const [view] = await control.client.nodes.list.query()
    expect(view).toMatchObject({ state, outcome: { number } })
    return view
  })
const certificate = () => control.client.certificates.get.query({ id: 'shop' })

test('a certificate is served with its key, renewed by a publish, and rolled back', async () => {
  expect(await askOverTls(node.url())).toEqual({ text: 'a', validUntil: 'Jan  1 00:00:00 2120 GMT' })
  const { etag } = await certificate()
  await control.client.certificates.save.mutate({ id: 'shop', etag, ...renewedCertificate })
  expect((await askOverTls(node.url())).validUntil).toMatch(/^Jan/)
  await nodeIs('applied', await publish())
  expect((await askOverTls(node.url())).validUntil).toMatch(/^Jun/)
  const { number } = await control.client.revisions.rollback.mutate({ number: 1 })
  await nodeIs('applied', number)
  expect((await askOverTls(node.url())).validUntil).toMatch(/^Jan/)
})

test('a secret that is replaced reaches the node without a publish; one that does not fit is rejected and changes nothing', async () => {
  const { client } = control
  const { value } = await certificate()
  const secret = 'secret' in value.key ? value.key.secret : ''
  const { head } = await client.revisions.status.query()
  const number = head?.number ?? 0
  await client.secrets.set.mutate({ name: secret, value: renewedCertificate.key })
  const rejected = await nodeIs('rejected', number)
  expect(rejected?.outcome).toMatchObject({ code: 'invalid', problems: [{ path: 'certificates[0].key' }] })
  expect((await askOverTls(node.url())).text).toBe('a')
  await client.secrets.set.mutate({ name: secret, value: shopCertificate.key })
  await nodeIs('applied', number)
  expect((await client.revisions.status.query()).head?.number).toBe(number)
})

test('with the control plane gone, a node that starts again serves https', async () => {
  await control.program.stop()
  await node.program.kill()
  node = await startNode()
  expect((await askOverTls(node.url())).text).toBe('a')
})

test('no key stands in a log, in the state of the node, or readable on the disk of the control plane', async () => {
  const marks = [shopCertificate, renewedCertificate].map(({ key }) => key.split('\n')[1] ?? '')
  const told = JSON.stringify([control.program.text, node.program.text, await node.state()])
  const files = await readdir(join(folder.path, 'control'))
  expect(files).toContain('secret.key')
  for (const mark of marks) {
    expect(told).not.toContain(mark)
    for (const file of files) {
      const bytes = await readFile(join(folder.path, 'control', file))
      expect([file, bytes.includes(mark)]).toEqual([file, false])
    }
  }
})
