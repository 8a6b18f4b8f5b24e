import { once } from 'node:events'
import { createServer } from 'node:net'

/**
 * Whether nobody accepts connections at this address and port now.
 *
 * @param {string} host
 * @param {number} port
 */
export async function isFree(host, port) {
  const server = createServer()
  try {
    server.listen({ host, port, exclusive: true })
    await once(server, 'listening')
    return true
  } catch (error) {
    // What else can go wrong (no permission, no such address) the program itself says better.
    return /** @type {NodeJS.ErrnoException} */ (error).code !== 'EADDRINUSE'
  } finally {
    if (server.listening) {
      server.close()
      await once(server, 'close')
    }
  }
}

/** Those found before: the system may well offer one again that has only just been closed. */
const found = new Set()

/** A port of the loopback address that is free now, another one each time. */
export async function findPort() {
  for (;;) {
    const server = createServer().listen(0, '127.0.0.1')
    await once(server, 'listening')
    const { port } = /** @type {import('node:net').AddressInfo} */ (server.address())
    server.close()
    await once(server, 'close')
    if (found.has(port)) continue
    found.add(port)
    return port
  }
}
