import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { manyRoutes } from '../many-routes.mjs'
import { skipsNone, versionOf } from './peer.mjs'

/**
 * Caddy sets X-Forwarded-For, -Proto and -Host by itself.
 *
 * @type {import('./peer.mjs').Peer}
 */
export const caddy = {
  name: 'Caddy',
  version: () => versionOf('caddy', ['version']),
  skips: skipsNone,
  command({ folder, port, backend, certificate, manyRoutes: many }) {
    const config = join(folder, 'Caddyfile')
    const scheme = certificate ? 'https' : 'http'
    const forward = (/** @type {string} */ path) => `reverse_proxy ${path} 127.0.0.1:${backend} {
		header_up X-Request-Id {http.request.uuid}
		transport http {
			keepalive_idle_conns_per_host 256
		}
	}`
    /** @param {string[]} hosts @param {string[]} directives */
    const site = (hosts, directives) => `${hosts.map((host) => `${scheme}://${host}:${port}`).join(', ')} {
	bind 127.0.0.1
	${certificate ? `tls ${certificate.certificate} ${certificate.key}` : ''}
	${directives.join('\n\t')}
}`
    const sites = many
      ? manyRoutes().map(({ host, prefixes }) =>
          site(
            [host],
            prefixes.map((prefix) => forward(`${prefix}/*`)),
          ),
        )
      : [site(['127.0.0.1', 'bench.example'], [forward('')])]
    writeFileSync(
      config,
      `{
	admin off
	auto_https off
	${certificate ? 'default_sni bench.example' : ''}
}
${sites.join('\n')}
`,
    )
    return ['caddy', 'run', '--config', config, '--adapter', 'caddyfile']
  },
}
