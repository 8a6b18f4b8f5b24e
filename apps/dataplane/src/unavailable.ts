import type { Problem } from '@switchyard/core/errors'

const reasons: Record<string, string> = {
  EADDRINUSE: 'something else listens there; choose another port',
  EACCES: 'this process may not listen there',
  EADDRNOTAVAIL: 'this machine does not have the address',
}

/**
 * The problem of a listener that cannot be opened, at its port.
 *
 * @param path of the listener in the document
 * @param code of the system: `EADDRINUSE`
 */
export function unavailable(path: string, address: string, port: number, code = ''): Problem {
  return { path: `${path}.port`, message: `${address} port ${port} cannot be opened: ${reasons[code] ?? code}` }
}
