import type { Socket } from 'node:net'
import { TLSSocket } from 'node:tls'

/** Ends a connection so that the other end does not take it for the end of what was said. */
export function breakOff(socket: Socket): void {
  // TLS tells an end from a connection that broke off (RFC 8446, 6.1), and its sockets cannot be reset.
  if (socket.destroyed || socket instanceof TLSSocket) socket.destroy()
  else socket.resetAndDestroy()
}
