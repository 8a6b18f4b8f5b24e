import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { manyRoutes } from '../many-routes.mjs'
import { benchFile, packageVersion, skipsNone } from './peer.mjs'

/**
 * Ours: one worker, metrics on, no access log (the peers write none either). Its processes are two, a supervisor and the
 * worker, and both are counted.
 *
 * @type {import('./peer.mjs').Peer}
 */
export const switchyard = {
  name: 'switchyard',
  version: () => packageVersion('../..'),
  skips: skipsNone,
  command({ folder, port, backend, certificate, manyRoutes: many }) {
    const listener = { id: 'web', address: '127.0.0.1', port }
    return switchyardCommand(folder, {
      switchyard: 1,
      listeners: [certificate ? { ...listener, protocol: 'https', tls: { certificates: ['bench'] } } : listener],
      ...(certificate && {
        certificates: [{ id: 'bench', certificate: certificate.pem, key: { file: certificate.key } }],
      }),
      upstreams: [{ id: 'bench', targets: [{ id: 'a', url: `http://127.0.0.1:${backend}` }] }],
      routes: many ? routes() : [{ id: 'bench', forward: { upstream: 'bench' } }],
    })
  },
}

/**
 * The command of a node with this configuration and one worker.
 *
 * @param {string} folder
 * @param {object} document
 */
export function switchyardCommand(folder, document) {
  const config = join(folder, 'gateway.json')
  writeFileSync(config, JSON.stringify(document))
  const program = benchFile('../apps/dataplane/bin/switchyard-dataplane.mjs')
  const settings = ['--workers', '1', '--admin', '127.0.0.1:0', '--data', join(folder, 'data'), '--log-level', 'warn']
  return [process.execPath, program, '--config', config, ...settings]
}

function routes() {
  return manyRoutes().flatMap(({ host, prefixes }, at) =>
    prefixes.map((value, index) => ({
      id: `r-${at}-${index}`,
      match: { hosts: [host], path: { type: 'prefix', value } },
      forward: { upstream: 'bench' },
    })),
  )
}
