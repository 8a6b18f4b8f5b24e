import { once } from 'node:events'
import { createServer } from 'node:net'
import { parseConfig } from '@switchyard/core/config/parse'
import { model } from '@switchyard/middleware/model'
import { expect, test } from 'vitest'
import { resolvePorts, withPorts } from './ports.ts'

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
