import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { manyRoutes } from '../many-routes.mjs'
import { skipsNone, versionOf } from './peer.mjs'

/**
 * One thread; routes as HAProxy's manual has many of them: a map of prefixes.
 *
 * @type {import('./peer.mjs').Peer}
 */
export const haproxy = {
  name: 'HAProxy',
  version: () => versionOf('haproxy', ['-v']),
  skips: skipsNone,
  command({ folder, port, backend, certificate, manyRoutes: many }) {
    const config = join(folder, 'haproxy.cfg')
    const map = join(folder, 'routes.map')
    const lines = manyRoutes().flatMap(({ host, prefixes }) => prefixes.map((prefix) => `${host}${prefix}/ bench`))
    if (many) writeFileSync(map, `${lines.join('\n')}\n`)
    writeFileSync(
      config,
      `global
  nbthread 1
defaults
  mode http
  timeout connect 5s
  timeout client 60s
  timeout server 60s
frontend web
  bind 127.0.0.1:${port}${certificate ? ` ssl crt ${certificate.both}` : ''}
  http-request set-header X-Forwarded-For %[src]
  http-request set-header X-Forwarded-Proto ${certificate ? 'https' : 'http'}
  http-request set-header X-Forwarded-Host %[req.hdr(host)]
  http-request set-header Forwarded for=%[src];host=%[req.hdr(host)];proto=${certificate ? 'https' : 'http'}
  http-request set-header X-Request-Id %[uuid()]
  ${many ? `use_backend %[base,map_beg(${map})]` : 'default_backend bench'}
backend bench
  http-reuse always
  server a 127.0.0.1:${backend}
`,
    )
    return ['haproxy', '-db', '-q', '-f', config]
  },
}
