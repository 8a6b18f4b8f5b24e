import { once } from 'node:events'
import net, { type AddressInfo } from 'node:net'

/** Ports of 127.0.0.1 that were free a moment ago. */
export async function freePorts(count: number): Promise<number[]> {
  const servers = Array.from({ length: count }, () => net.createServer().listen(0, '127.0.0.1'))
  await Promise.all(servers.map((server) => once(server, 'listening')))
  const ports = servers.map((server) => (server.address() as AddressInfo).port)
  await Promise.all(servers.map((server) => new Promise((done) => server.close(done))))
  return ports
}

/** Those of these addresses whose port 80 we may listen on. */
export async function addressesWithPort80(addresses: string[]): Promise<string[]> {
  const free = await Promise.all(
    addresses.map(async (address) => {
      const server = net.createServer()
      try {
        server.listen(80, address.replace(/[[\]]/g, ''))
        await once(server, 'listening')
        await new Promise((done) => server.close(done))
        return true
      } catch {
        return false
      }
    }),
  )
  return addresses.filter((_, index) => free[index])
}
