import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { manyRoutes } from '../many-routes.mjs'
import { skipsNone, versionOf } from './peer.mjs'

/** @type {import('./peer.mjs').Peer} */
export const nginx = {
  name: 'nginx',
  version: () => versionOf('nginx', ['-v']),
  skips: skipsNone,
  command({ folder, port, backend, certificate, manyRoutes: many }) {
    const listen = certificate
      ? `listen 127.0.0.1:${port} ssl; ssl_certificate ${certificate.certificate}; ssl_certificate_key ${certificate.key};`
      : `listen 127.0.0.1:${port};`
    const servers = many
      ? manyRoutes().map(({ host, prefixes }) => {
          const locations = prefixes.map((prefix) => `location ${prefix}/ { proxy_pass http://bench; }`)
          return `server { ${listen} server_name ${host};\n${locations.join('\n')} }`
        })
      : [`server { ${listen} location / { proxy_pass http://bench; } }`]
    return nginxCommand(folder, `${forwarding(backend)}\n${servers.join('\n')}`)
  },
}

/**
 * Kept connections to the backend, and the header fields about the client that ours sets, so that the work is the same.
 * The buffers are large enough that nothing of a body goes through a file.
 *
 * @param {number} backend
 */
const forwarding = (backend) => `
  upstream bench { server 127.0.0.1:${backend}; keepalive 256; keepalive_requests 1000000000; }
  server_names_hash_max_size 4096;
  client_body_buffer_size 64k;
  proxy_buffer_size 16k;
  proxy_buffers 20 64k;
  proxy_busy_buffers_size 128k;
  proxy_max_temp_file_size 0;
  proxy_http_version 1.1;
  proxy_set_header Connection "";
  proxy_set_header Host $http_host;
  proxy_set_header X-Forwarded-For $remote_addr;
  proxy_set_header X-Forwarded-Proto $scheme;
  proxy_set_header X-Forwarded-Host $http_host;
  proxy_set_header Forwarded "for=$remote_addr;host=$http_host;proto=$scheme";
  proxy_set_header X-Request-Id $request_id;`

/**
 * The command of an nginx with this inside `http`: one worker, no log.
 *
 * @param {string} folder
 * @param {string} servers
 */
export function nginxCommand(folder, servers) {
  const config = join(folder, 'nginx.conf')
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
    (kind) => `  ${kind}_temp_path ${join(folder, kind)};`,
  )
  writeFileSync(
    config,
    `daemon off;
worker_processes 1;
pid ${join(folder, 'nginx.pid')};
error_log stderr error;
events { worker_connections 4096; }
http {
  access_log off;
  keepalive_requests 1000000000;
${temporary.join('\n')}
  ${servers}
}
`,
  )
  return ['nginx', '-p', folder, '-e', 'stderr', '-c', config]
}
