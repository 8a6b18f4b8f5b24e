import { rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { eventually } from './support/eventually.ts'
import { admin, Control, call, DataPlane, nodeToken, temporaryFolder } from './support/product.ts'
import { Program } from './support/program.ts'

let folder: Awaited<ReturnType<typeof temporaryFolder>>
let control: Control
let node: DataPlane

const document = (routes: number) => ({
  switchyard: 1,
  listeners: [{ id: 'web', address: '127.0.0.1', port: 0 }],
  routes: Array.from({ length: routes }, (_, i) => ({
    id: `page-${i}`,
    match: { path: { type: 'exact', value: `/${i}` } },
    middleware: [{ type: 'respond', body: `page ${i}` }],
  })),
})
const apply = (routes: number, confirm?: boolean) =>
  control.client.config.apply.mutate({
    text: JSON.stringify(document(routes)),
    format: 'json',
    prune: true,
    publish: true,
    ...(confirm === undefined ? {} : { confirm }),
  })

beforeAll(async () => {
  folder = await temporaryFolder()
  control = await Control.start(join(folder.path, 'control'))
  await apply(10)
  node = await DataPlane.start([
    ...['--control', control.url, '--token', nodeToken, '--node', 'one', '--workers', '1'],
    ...['--data', join(folder.path, 'node')],
  ])
})

afterAll(async () => {
  await node?.program.stop()
  await control?.program.stop()
  await folder?.remove()
})

const serves = async (page: number) => (await fetch(`${node.url()}/${page}`)).status === 200

test('a publish that would remove more than half of the routes asks for a confirmation that says so', async () => {
  await expect(apply(4)).rejects.toMatchObject({
    data: { reason: 'confirmation_required' },
    message: expect.stringMatching(/6 of 10/),
  })
  expect(await serves(9)).toBe(true)
  expect((await apply(5)).revision).toBe(2)
  expect((await apply(1, true)).revision).toBe(3)
  await eventually(async () => expect(await serves(4)).toBe(false))
  expect(await serves(0)).toBe(true)
})

test('a database that has lost its content or cannot be read never becomes a push', async () => {
  const database = join(control.home, 'switchyard.db')
  await control.program.stop()

  // Emptied: as on a first start. The node keeps what it serves.
  for (const end of ['', '-wal', '-shm']) await rename(database + end, `${database}.kept${end}`).catch(() => {})
  await control.restart()
  await eventually(async () => expect((await node.state())['control']).toMatchObject({ connected: true }))
  await sleep(3000)
  expect(await serves(0)).toBe(true)
  await control.program.stop()

  // Unreadable: the control plane says so and ends; the node keeps what it serves.
  for (const end of ['', '-wal', '-shm']) await rm(database + end, { force: true })
  await writeFile(database, 'this is not a database, and never was one. '.repeat(200))
  const broken = new Program(['apps/dashboard/bin/switchyard-control.mjs', '--port', String(control.port)], {
    env: { SWITCHYARD_HOME: control.home, SWITCHYARD_NODE_TOKEN: nodeToken, SWITCHYARD_UI: 'off' },
  })
  expect(await broken.exited).toBe(1)
  expect(await serves(0)).toBe(true)
})

test('without a session or a token nothing is given away, and a node token opens only the node API', async () => {
  await eventually(async () => expect(await serves(0)).toBe(true))
  const home = join(folder.path, 'second')
  const second = await Control.start(home)
  try {
    const url = second.url
    expect((await fetch(`${url}/api/trpc/revisions.status`)).status).toBe(401)
    const asNode = { authorization: `Bearer ${nodeToken}` }
    expect((await fetch(`${url}/api/trpc/revisions.status`, { headers: asNode })).status).toBe(401)
    expect((await call(url, 'config.export', { format: 'yaml' }, asNode)).status).not.toBe(200)
    expect((await fetch(`${url}/api/node/subscribe`)).status).toBe(401)
    const asUser = { authorization: `Bearer ${second.token}` }
    expect((await fetch(`${url}/api/node/subscribe`, { headers: asUser })).status).toBe(401)

    await second.client.users.create.mutate({
      email: 'viewer@example.com',
      password: 'another long password',
      role: 'viewer',
    })
    const signedIn = await call(url, 'auth.signIn', { email: 'viewer@example.com', password: 'another long password' })
    const cookie = (signedIn.headers.get('set-cookie') ?? '').split(';')[0] ?? ''
    expect((await fetch(`${url}/api/trpc/revisions.status`, { headers: { cookie } })).status).toBe(200)
    const value = { id: 'web', port: 8080 }
    expect((await call(url, 'listeners.create', { value }, { cookie })).status).toBe(403)
    // A form of another site has no header of ours and another origin.
    const foreign = { cookie, origin: 'https://evil.example', 'x-switchyard': '1' }
    expect((await call(url, 'auth.signIn', admin, foreign)).status).toBe(403)
  } finally {
    await second.program.stop()
  }
})
