import { spawnSync } from 'node:child_process'
import { mkdir, writeFile } from 'node:fs/promises'
import { connect } from 'node:net'
import { join } from 'node:path'
import { eventually } from '../eventually.ts'
import { freePort } from '../ports.ts'
import { Program } from '../program.ts'

/** Programs that tests use when they are there. */
export type Peer = 'curl' | 'wrk' | 'nginx' | 'haproxy' | 'caddy'

export function installed(peer: Peer): boolean {
  const flag = { curl: '-V', wrk: '-v', nginx: '-v', haproxy: '-v', caddy: 'version' }[peer]
  return spawnSync(peer, [flag]).error === undefined
}

/** A proxy in front of one address. It keeps connections to it, and changes neither Host nor body. */
export interface RunningProxy {
  readonly port: number
  stop(): Promise<unknown>
}

/** @param folder for its files; each proxy makes one of its own in it */
export async function startProxy(
  peer: 'nginx' | 'haproxy' | 'caddy',
  folder: string,
  backend: number,
): Promise<RunningProxy> {
  const own = join(folder, `${peer}-${backend}`)
  await mkdir(own, { recursive: true })
  const port = await freePort()
  const [command = '', ...args] = await { nginx, haproxy, caddy }[peer](own, port, backend)
  const program = new Program(args, { command, env: { HOME: own, XDG_DATA_HOME: own, XDG_CONFIG_HOME: own } })
  await eventually(async () => {
    if (program.child.exitCode !== null) throw new Error(`${peer} ended:\n${program.tail()}`)
    await accepts(port)
  }, 15_000)
  return { port, stop: () => program.stop(5000) }
}

async function nginx(folder: string, port: number, backend: number): Promise<string[]> {
  const file = join(folder, 'nginx.conf')
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
    (kind) => `${kind}_temp_path ${join(folder, kind)};`,
  )
  await writeFile(
    file,
    `daemon off; worker_processes 1; pid ${join(folder, 'nginx.pid')}; error_log stderr error;
events { worker_connections 4096; }
http {
  access_log off; client_max_body_size 0; ${temporary.join(' ')}
  map $http_upgrade $connection_option { default upgrade; '' ''; }
  upstream behind { server 127.0.0.1:${backend}; keepalive 64; }
  server {
    listen 127.0.0.1:${port};
    location / {
      proxy_pass http://behind; proxy_http_version 1.1; proxy_buffering off; proxy_request_buffering off;
      proxy_set_header Host $http_host;
      proxy_set_header Upgrade $http_upgrade; proxy_set_header Connection $connection_option;
    }
  }
}
`,
  )
  return ['nginx', '-p', folder, '-e', 'stderr', '-c', file]
}

async function haproxy(folder: string, port: number, backend: number): Promise<string[]> {
  const file = join(folder, 'haproxy.cfg')
  await writeFile(
    file,
    `global
  maxconn 4096
defaults
  mode http
  timeout connect 5s
  timeout client 30s
  timeout server 30s
  timeout tunnel 60s
  http-reuse always
frontend front
  bind 127.0.0.1:${port}
  default_backend behind
backend behind
  server only 127.0.0.1:${backend}
`,
  )
  return ['haproxy', '-db', '-f', file]
}

async function caddy(folder: string, port: number, backend: number): Promise<string[]> {
  const file = join(folder, 'Caddyfile')
  await writeFile(
    file,
    `{
  admin off
  auto_https off
}
http://:${port} {
  bind 127.0.0.1
  reverse_proxy 127.0.0.1:${backend} {
    flush_interval -1
  }
}
`,
  )
  return ['caddy', 'run', '--adapter', 'caddyfile', '--config', file]
}

function accepts(port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1')
    socket.once('error', reject)
    socket.once('connect', () => {
      socket.destroy()
      resolve()
    })
  })
}
