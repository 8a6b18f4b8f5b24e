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

/**
 * The port itself, or one that is free now for port 0.
 *
 * @param {number} port
 */
export async function settlePort(port) {
  if (port !== 0) return port
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port: found } = /** @type {import('node:net').AddressInfo} */ (server.address())
  server.close()
  await once(server, 'close')
  return found
}
