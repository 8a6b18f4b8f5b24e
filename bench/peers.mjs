import { spawnSync } from 'node:child_process'
import { cpSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'

/**
 * @typedef {object} Place Where a proxy runs.
 * @property {string} folder Of its own, gone afterwards.
 * @property {number} port To listen on, on loopback.
 * @property {number} backend The port to forward to.
 *
 * @typedef {object} Peer
 * @property {string} name
 * @property {() => string | undefined} version Undefined when it is not installed.
 * @property {(place: Place) => string[]} command Writes its configuration, and gives the command that runs it in the foreground.
 */

/** @param {string} file From this folder. */
const here = (file) => new URL(file, import.meta.url).pathname
/** @param {string} name Of an npm package. */
const packageVersion = (name) => createRequire(import.meta.url)(`${name}/package.json`).version

/**
 * What a program says about its version.
 *
 * @param {string} command
 * @param {string[]} args
 */
function versionOf(command, args) {
  const { status, stdout, stderr } = spawnSync(command, args, { encoding: 'utf8', timeout: 10_000 })
  return status === 0 ? (/\d+\.\d+(?:\.\d+)?/.exec(stdout + stderr)?.[0] ?? '?') : undefined
}

/** @type {Peer} */
const ours = {
  name: 'switchyard',
  version: () => packageVersion('..'),
  command({ folder, port, backend }) {
    const config = join(folder, 'gateway.yaml')
    writeFileSync(
      config,
      `switchyard: 1
listeners: [{ id: web, address: 127.0.0.1, port: ${port} }]
upstreams: [{ id: bench, targets: [{ id: a, url: 'http://127.0.0.1:${backend}' }] }]
routes: [{ id: bench, forward: { upstream: bench } }]
`,
    )
    const program = here('../apps/dataplane/bin/switchyard-dataplane.mjs')
    const settings = ['--workers', '1', '--admin', 'off', '--data', join(folder, 'data'), '--log-level', 'warn']
    return [process.execPath, program, '--config', config, ...settings]
  },
}

/** @type {Peer[]} */
export const peers = [
  ours,
  {
    name: 'http-proxy',
    version: () => packageVersion('http-proxy'),
    command: ({ port, backend }) => [process.execPath, here('peers/http-proxy.mjs'), `${port}`, `${backend}`],
  },
  {
    name: '@fastify/reply-from',
    version: () => packageVersion('@fastify/reply-from'),
    command: ({ port, backend }) => [process.execPath, here('peers/reply-from.mjs'), `${port}`, `${backend}`],
  },
  {
    name: 'Go httputil.ReverseProxy',
    version: () => versionOf('go', ['version']),
    command({ folder, port, backend }) {
      const program = join(folder, 'reverseproxy')
      cpSync(here('peers/go'), folder, { recursive: true })
      const { status, stderr } = spawnSync('go', ['build', '-o', program, '.'], {
        cwd: folder,
        encoding: 'utf8',
        timeout: 180_000,
      })
      if (status !== 0) throw new Error(`go build: ${stderr}`)
      return [program, `${port}`, `${backend}`]
    },
  },
  {
    name: 'Caddy',
    version: () => versionOf('caddy', ['version']),
    command({ folder, port, backend }) {
      const config = join(folder, 'Caddyfile')
      writeFileSync(
        config,
        `{
	admin off
	auto_https off
}
http://127.0.0.1:${port}, http://bench.example:${port} {
	bind 127.0.0.1
	reverse_proxy 127.0.0.1:${backend} {
		transport http {
			keepalive_idle_conns_per_host 256
		}
	}
}
`,
      )
      return ['caddy', 'run', '--config', config, '--adapter', 'caddyfile']
    },
  },
  {
    name: 'HAProxy',
    version: () => versionOf('haproxy', ['-v']),
    command({ folder, port, backend }) {
      const config = join(folder, 'haproxy.cfg')
      writeFileSync(
        config,
        `global
  nbthread 1
defaults
  mode http
  option forwardfor
  timeout connect 5s
  timeout client 60s
  timeout server 60s
frontend web
  bind 127.0.0.1:${port}
  default_backend bench
backend bench
  http-reuse always
  server a 127.0.0.1:${backend}
`,
      )
      return ['haproxy', '-db', '-q', '-f', config]
    },
  },
  {
    name: 'nginx',
    version: () => versionOf('nginx', ['-v']),
    command: ({ folder, port, backend }) =>
      nginx(
        folder,
        `upstream bench { server 127.0.0.1:${backend}; keepalive 256; keepalive_requests 1000000000; }
  server {
    listen 127.0.0.1:${port};
    location / {
      proxy_pass http://bench;
      proxy_http_version 1.1;
      proxy_set_header Connection "";
      proxy_set_header Host $host;
      proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
    }
  }`,
      ),
  },
]

/**
 * The command of an nginx with this inside `http`.
 *
 * @param {string} folder
 * @param {string} servers
 */
export function nginx(folder, servers) {
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
