import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'
import { parseConfig } from '@switchyard/core/config/parse'
import { model } from '@switchyard/middleware/model'
import { expect, test } from 'vitest'
import { findUnavailable, resolvePorts, withPorts } from './ports.ts'

const config = (listeners: object[]) => {
  const parsed = parseConfig(model, { switchyard: 1, listeners })
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems))
  return parsed.value
}
const free = { id: 'free', address: '127.0.0.1', port: 0 }

test('a listener that asks for port 0 gets one that can be opened; others keep theirs', async () => {
  const both = config([free, { id: 'fixed', address: '127.0.0.1', port: 8080 }])
  const ports = await resolvePorts(both, [])
  expect(Object.keys(ports)).toEqual(['free'])
  const [first, second] = withPorts(both, ports).listeners
  expect(second?.port).toBe(8080)
  const server = createServer().listen(first?.port, '127.0.0.1')
  await once(server, 'listening')
  server.close()
})

test('a listener that is open keeps its port while its address stays', async () => {
  const open = [{ id: 'free', address: '127.0.0.1', port: 45_678 }]
  expect(await resolvePorts(config([free]), open)).toEqual({ free: 45_678 })
  const elsewhere = await resolvePorts(config([{ ...free, address: '127.0.0.2' }]), open)
  expect(elsewhere['free']).not.toBe(45_678)
})

test('an address that this machine does not have leaves port 0, for the opening to fail with a reason', async () => {
  expect(await resolvePorts(config([{ ...free, address: '203.0.113.7' }]), [])).toEqual({ free: 0 })
})

test('an address that this machine does not have is the fault of the address', async () => {
  const [problem] = await findUnavailable([{ id: 'web', address: '192.0.2.1', port: 8080 }], [])
  expect(problem).toEqual({
    path: 'listeners[0].address',
    message: '192.0.2.1 port 8080 cannot be opened: this machine does not have the address',
  })
})

test('a port that this node has open at another address cannot move in one step, and the problem says what to do', async () => {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const wanted = [{ id: 'web', address: '0.0.0.0', port }]
  const [moved] = await findUnavailable(wanted, [{ id: 'web', address: '127.0.0.1', port }])
  expect(moved?.path).toBe('listeners[0].port')
  expect(moved?.message).toBe(
    `0.0.0.0 port ${port} cannot be opened: this node still has 127.0.0.1 port ${port} open, and the two exclude each other; first apply a configuration without it or with another port, then this one`,
  )
  const [taken] = await findUnavailable(wanted, [])
  expect(taken?.message).toContain('something else listens there')
  server.close()
})
