import { once } from 'node:events'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { movedPorts, rememberDemoPorts } from './demo-ports.mjs'
import { readSettings, takenPorts } from './settings.mjs'

let home: string
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'switchyard-settings-'))
})
afterEach(() => rmSync(home, { recursive: true, force: true }))

const read = (env: Record<string, string>) => readSettings({ SWITCHYARD_HOME: home, ...env })
/** Ports that nobody asks for, so that only what a test takes is taken. */
const free = { PORT: '0', GATEWAY_PORT: '0', SWITCHYARD_ADMIN: '127.0.0.1:0', SWITCHYARD_DEMO_PORTS: '0,0' }

async function takePort() {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('no port')
  return { port: address.port, server }
}

test('without settings the ports are those of the documentation', async () => {
  expect(await read({})).toMatchObject({
    port: 4000,
    gatewayPort: 8080,
    admin: '127.0.0.1:9901',
    demo: true,
    demoPorts: [2003, 2004],
    node: 'local',
  })
})

test('a port that is no port is refused by the name of its variable', async () => {
  await expect(read({ PORT: '70000' })).rejects.toThrow('PORT')
  await expect(read({ GATEWAY_PORT: 'x' })).rejects.toThrow('GATEWAY_PORT')
  await expect(read({ SWITCHYARD_DEMO_PORTS: '2003' })).rejects.toThrow('two ports')
  await expect(read({ SWITCHYARD_ADMIN: '127.0.0.1:x' })).rejects.toThrow('SWITCHYARD_ADMIN')
})

test('the admin address may be off', async () => {
  expect((await read({ SWITCHYARD_ADMIN: 'off' })).admin).toBe('off')
})

test('a later start finds the ports of what was published, and says what it moves', async () => {
  rememberDemoPorts(home, { gatewayPort: 18_080, demoPorts: [12_003, 12_004] })
  const same = await read({ GATEWAY_PORT: '0' })
  expect(same).toMatchObject({ gatewayPort: 18_080, demoPorts: [12_003, 12_004] })
  expect(movedPorts(same.before, same)).toBe('')

  const moved = await read({ GATEWAY_PORT: '18081', SWITCHYARD_DEMO_PORTS: '12003,12005' })
  expect(movedPorts(moved.before, moved)).toBe('18080:18081,12004:12005')
})

test('a port in use is named, with how to choose another', async () => {
  const taken = await takePort()
  try {
    const settings = await read({ ...free, GATEWAY_PORT: `${taken.port}` })
    const [sentence, ...rest] = await takenPorts(settings)
    expect(sentence).toContain(`Port ${taken.port}`)
    expect(sentence).toContain('GATEWAY_PORT=')
    expect(rest).toEqual([])
  } finally {
    taken.server.close()
  }
})

test('the port of the demo does not matter once nothing published opens it', async () => {
  const taken = await takePort()
  try {
    const settings = await read({ ...free, GATEWAY_PORT: `${taken.port}` })
    const data = join(home, 'nodes', 'local')
    mkdirSync(data, { recursive: true })
    writeFileSync(
      join(data, 'snapshot.current'),
      `sum\nhead\n${JSON.stringify({ listeners: [{ id: 'x', port: 1 }] })}\n`,
    )
    expect(await takenPorts(settings)).toEqual([])
    expect(await takenPorts({ ...settings, before: undefined, node: 'another' })).toHaveLength(1)
  } finally {
    taken.server.close()
  }
})
