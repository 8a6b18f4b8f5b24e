import { benchFile, packageVersion, skipsRoutes } from './peer.mjs'

/** @type {import('./peer.mjs').Peer} */
export const httpProxy = {
  name: 'http-proxy',
  version: () => packageVersion('http-proxy'),
  skips: skipsRoutes,
  command: (place) => nodeCommand('proxies/http-proxy.mjs', place),
}

/** @type {import('./peer.mjs').Peer} */
export const replyFrom = {
  name: '@fastify/reply-from',
  version: () => packageVersion('@fastify/reply-from'),
  // It stands for undici, and two rows tell what that costs; the time of the run is better spent on the others.
  skips: ({ id }) => (id === 'small' || id === 'browser' ? undefined : 'measured in the first two rows only'),
  command: (place) => nodeCommand('proxies/reply-from.mjs', place),
}

/**
 * @param {string} program
 * @param {import('./peer.mjs').Place} place
 */
const nodeCommand = (program, { port, backend, certificate }) => [
  process.execPath,
  benchFile(program),
  `${port}`,
  `${backend}`,
  ...(certificate ? [certificate.certificate, certificate.key] : []),
]
