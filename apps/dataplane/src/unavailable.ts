import type { Problem } from '@switchyard/core/errors'

const reasons: Record<string, string> = {
  EADDRINUSE: 'something else listens there; choose another port',
  EACCES: 'this process may not listen there',
  EADDRNOTAVAIL: 'this machine does not have the address',
}

/**
 * The problem of a listener that cannot be opened: at its port, or at an address that is not of this machine.
 *
 * @param path of the listener in the document
 * @param code of the system: `EADDRINUSE`
 * @param holder the listener of this node that has the port, where there is one. To close it before the other is open would
 *   refuse connections in between, and could leave neither: it is the operator who decides to do that.
 */
export function unavailable(
  path: string,
  address: string,
  port: number,
  code = '',
  holder?: { readonly address: string; readonly port: number },
): Problem {
  const reason = holder
    ? `this node still has ${holder.address} port ${holder.port} open, and the two exclude each other; first apply a configuration without it or with another port, then this one`
    : (reasons[code] ?? code)
  const field = code === 'EADDRNOTAVAIL' ? 'address' : 'port'
  return { path: `${path}.${field}`, message: `${address} port ${port} cannot be opened: ${reason}` }
}
