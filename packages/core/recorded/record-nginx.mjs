// Asks a real nginx where it sends each of many requests, so that our balancers can be compared with it.
//
//   node packages/core/recorded/record-nginx.mjs      writes nginx.recorded.json beside this file
//
// Needs nginx on the path, loopback addresses 127.0.0.2 to 127.0.0.9, and the right to listen on port 80 (servers without
// a port). nginx runs in the foreground in a folder of its own, and ends with this.
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import net from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { deflateRawSync } from 'node:zlib'

const keyCount = 10_000
const turns = 300

/** The key of a request: counters, words, paths, and bytes beyond ASCII (each character is a byte). */
export function keyAt(index) {
  const spread = Math.imul(index + 1, 0x9e3779b1) >>> 0
  if (index % 4 === 0) return String(index)
  if (index % 4 === 1) return spread.toString(36)
  if (index % 4 === 2) return `/path/${spread % 1000}?user=${index}`
  return `${spread.toString(16)}\u00e9 \u00ff${index}`
}

/** The version of the nginx on the path; undefined without one. */
export function nginxVersion() {
  return /nginx\/(\S+)/.exec(spawnSync('nginx', ['-v'], { encoding: 'utf8' }).stderr ?? '')?.[1]
}

/**
 * Weightings for both ways of hashing. `at` is the address of a server where it matters: `n` is the n-th of ten with a
 * port, text is as written.
 */
function weightings(extra) {
  const ten = Array.from({ length: 10 }, (_, index) => index)
  return [
    { servers: servers(5, 1, 1) },
    { servers: servers(3, 2, 7) },
    { servers: ten.map((at) => ({ at, weight: 1 })) },
    { servers: ten.map((at) => ({ at, weight: at + 1 })) },
    { servers: servers(1000, 24, 3) },
    { servers: servers(1) },
    { servers: [{ at: 0, weight: 5, down: true }, ...servers(1, 1, 1).slice(1)] },
    {
      // Three of four down: many keys come to the end of their tries, and go on by turns.
      servers: servers(6, 1, 7, 6).map((server, at) => ({ ...server, down: at !== 1 })),
    },
    {
      // One server listed twice: its points are shared.
      servers: [
        { at: 0, weight: 2 },
        { at: 0, weight: 3 },
        { at: 1, weight: 4 },
      ],
    },
    // The target that is tried first fails for some requests, and another one is tried.
    { servers: servers(3, 2, 2).map((server) => ({ ...server, maxFails: 0 })), failing: [0, -1, 1, 0, 2] },
    ...extra,
  ]
}

/** Weightings whose turns are recorded: the usual, with failures, and some drawn from a seed. */
function turnings() {
  const drawn = Array.from({ length: 20 }, (_, n) =>
    servers(...Array.from({ length: 2 + (n % 7) }, (_, m) => 1 + ((Math.imul(n * 8 + m + 1, 0x9e3779b1) >>> 8) % 30))),
  )
  return [
    servers(5, 1, 1),
    servers(3, 2, 7),
    servers(1, 1, 1),
    servers(100, 1),
    servers(1, 2, 3, 4, 5, 6, 7, 8, 9, 10),
    servers(1),
    servers(4, 3, 2, 1).map((server, at) => ({ ...server, down: at === 1 })),
    ...drawn,
  ]
    .map((servers) => ({ servers }))
    .concat([
      // Fewer failures of each than maxFails, so that nginx goes on using it: only the effective weight shows them.
      {
        servers: servers(50, 30, 20).map((server) => ({ ...server, maxFails: 7 })),
        failing: failures(40, [1, 2, 3, 5, 8, 13, 21, 22], [4, 9, 10, 30], [6, 7, 20, 33, 34, 39]),
      },
      {
        servers: servers(5, 1, 1).map((server) => ({ ...server, maxFails: 3 })),
        failing: failures(turns, [0, 11], [2, 14], [100, 101]),
      },
      {
        servers: servers(9, 9, 2, 30).map((server) => ({ ...server, maxFails: 4 })),
        failing: failures(turns, [0, 1, 50], [2, 3, 51], [4, 5, 6], [7, 60, 150]),
      },
    ])
}

function servers(...weights) {
  return weights.map((weight, at) => ({ at, weight }))
}

/** Which target fails at each request, if it is tried; -1 is none. The lists are the requests of each target. */
function failures(length, ...lists) {
  return Array.from({ length }, (_, request) => lists.findIndex((list) => list.includes(request)))
}

/** Request targets and cookies of which nginx says the parameter `user` and the cookie `session`. */
const heads = [
  ['/?user=1', 'session=1'],
  ['/?a=b&user=x%20y+z&user=2', 'a=b; session=x%20y; session=2'],
  ['/?USER=upper', 'SESSION=upper'],
  ['/?xuser=1&user=2', 'xsession=1; session=2'],
  ['/?user&user=3', 'session; session=3'],
  ['/?user=&user=4', 'session=; session=4'],
  ['/?users=1&&user=a=b', 'sessions=1;;session=a=b'],
  ['/?auser=1&user', 'session = spaced ; b=c'],
  ['/?user', 'a=b,session=comma'],
  ['/?', 'session=x,y'],
  ['/', 'a=session=1; b=2'],
  ['/user=1', 'session'],
  ['/?user=a?user=b', 'session="quoted"'],
  ['/?user=%C3%A9&x', 'a="b; session=inner"'],
  ['/?b=user=1&user=last', '  session=  x  ; c'],
]

/**
 * Records everything from a fresh nginx. Answers are, per request, the servers tried, in base 36; deflated, in base64.
 * Without the right to listen on port 80, servers without a port are left out.
 */
export async function record() {
  for (let attempt = 1; ; attempt++) {
    try {
      return await recordOnce()
    } catch (error) {
      // Somebody else may have taken a port between our finding it free and nginx listening on it.
      if (attempt === 3) throw error
    }
  }
}

async function recordOnce() {
  const folder = mkdtempSync(join(tmpdir(), 'switchyard-nginx-'))
  const [front, ...ports] = await freePorts(11)
  const extra = []
  const bare = await addressesWithPort80(['127.0.0.2', '127.0.0.3', '127.0.0.4', '127.0.0.5', '[::1]'])
  if (bare.length > 1) {
    const listed = [...bare.slice(0, 2), ...bare.slice(-1), 0, 1, '127.0.0.9']
    extra.push({
      servers: listed.map((at, n) => ({ at: at === '127.0.0.9' ? `${at}:${ports[2]}` : at, weight: 1 + (n % 3) })),
    })
  }
  const cases = [
    ...['hash', 'consistent-hash'].flatMap((type) => weightings(extra).map((each) => ({ type, ...each }))),
    ...turnings().map((each) => ({ type: 'weighted-round-robin', ...each })),
  ].map(({ servers, ...rest }) => ({
    ...rest,
    servers: servers.map(({ at, ...server }) => ({
      address: typeof at === 'number' ? `127.0.0.1:${ports[at]}` : at,
      ...server,
    })),
  }))
  writeFileSync(join(folder, 'nginx.conf'), configuration(folder, front, cases))
  const nginx = spawn('nginx', ['-p', folder, '-c', join(folder, 'nginx.conf'), '-e', 'stderr'], {
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  let said = ''
  nginx.stderr.on('data', (chunk) => {
    said += chunk
  })
  const ended = once(nginx, 'exit')
  try {
    const socket = await connect(front, nginx, () => said)
    for (const [index, each] of cases.entries()) {
      const count = each.type === 'weighted-round-robin' ? (each.failing?.length ?? turns) : keyCount
      const requests = Array.from({ length: count }, (_, n) => {
        const fails = each.failing === undefined ? -1 : each.failing[n % each.failing.length]
        return `GET /${index} HTTP/1.1\r\nhost: a\r\nx-key: ${keyAt(n)}\r\nx-fail: ${fails}\r\n\r\n`
      })
      const addresses = each.servers.map(({ address }) => (/:\d+$/.test(address) ? address : `${address}:80`))
      const answers = (await ask(socket, requests)).map((chain) =>
        chain
          .split(', ')
          .map((address) => addresses.indexOf(address).toString(36))
          .join(''),
      )
      if (answers.some((chain) => chain.includes('-'))) throw new Error(`nginx answered from somewhere else: ${said}`)
      each.answers = deflateRawSync(answers.join(' '), { level: 9 }).toString('base64')
    }
    const read = await ask(
      socket,
      heads.map(([url, cookie]) => `GET ${url} HTTP/1.1\r\nhost: a\r\ncookie: ${cookie}\r\n\r\n`),
    )
    socket.destroy()
    return {
      nginx: nginxVersion(),
      cases,
      heads: heads.map(([url, cookie], n) => {
        const [, user, session] = /^<(.*)><(.*)>$/.exec(read[n])
        return { url, cookie, user, session }
      }),
    }
  } finally {
    nginx.kill('SIGTERM')
    await ended
    rmSync(folder, { recursive: true, force: true })
  }
}

function configuration(folder, front, cases) {
  const backends = new Map()
  const upstreams = cases.map(({ type, servers }, index) => {
    const lines = servers.map(({ address, weight, down, maxFails }, n) => {
      if (!backends.has(address)) backends.set(address, n)
      const fails = maxFails === undefined ? '' : ` max_fails=${maxFails}`
      return `    server ${address} weight=${weight}${fails}${down ? ' down' : ''};`
    })
    const method = { hash: '    hash $http_x_key;', 'consistent-hash': '    hash $http_x_key consistent;' }[type]
    return [`  upstream u${index} {`, ...(method ? [method] : []), ...lines, '    keepalive 16;', '  }'].join('\n')
  })
  const listening = [...backends].map(
    ([address, n]) => `  server {
    listen ${address};
    if ($http_x_fail = "${n}") { return 500; }
    location / { return 204; }
  }`,
  )
  const locations = cases.map((_, index) => `    location = /${index} { proxy_pass http://u${index}; }`)
  return `daemon off;
master_process off;
pid ${folder}/pid;
error_log stderr;
events { worker_connections 512; }
http {
  access_log off;
  client_body_temp_path ${folder}/body;
  proxy_temp_path ${folder}/proxy;
  fastcgi_temp_path ${folder}/fastcgi;
  scgi_temp_path ${folder}/scgi;
  uwsgi_temp_path ${folder}/uwsgi;
  keepalive_requests 10000000;
  keepalive_timeout 600s;
${upstreams.join('\n')}
${listening.join('\n')}
  server {
    listen 127.0.0.1:${front};
    proxy_http_version 1.1;
    proxy_set_header connection "";
    proxy_next_upstream error timeout http_500;
    add_header x-tried $upstream_addr always;
${locations.join('\n')}
    location / {
      add_header x-tried "<$arg_user><$cookie_session>";
      return 204;
    }
  }
}
`
}

async function freePorts(count) {
  const servers = Array.from({ length: count }, () => net.createServer().listen(0, '127.0.0.1'))
  await Promise.all(servers.map((server) => once(server, 'listening')))
  const ports = servers.map((server) => server.address().port)
  await Promise.all(servers.map((server) => new Promise((done) => server.close(done))))
  return ports
}

async function addressesWithPort80(addresses) {
  const free = await Promise.all(
    addresses.map(async (address) => {
      const server = net.createServer()
      try {
        server.listen(80, address.replace(/[[\]]/g, ''))
        await once(server, 'listening')
        await new Promise((done) => server.close(done))
        return true
      } catch {
        return false
      }
    }),
  )
  return addresses.filter((_, index) => free[index])
}

async function connect(port, nginx, said) {
  for (let attempt = 0; attempt < 200 && nginx.exitCode === null; attempt++) {
    const socket = net.connect(port, '127.0.0.1')
    try {
      await once(socket, 'connect')
      return socket
    } catch {
      await wait(50)
    }
  }
  throw new Error(`nginx did not start: ${said()}`)
}

/** Sends requests one behind the other on one connection, which nginx answers in order; gives the `x-tried` of each. */
async function ask(socket, requests) {
  const answers = []
  let rest = ''
  const done = new Promise((resolve, reject) => {
    socket.on('error', reject).on('close', () => reject(new Error(`nginx closed the connection: ${rest}`)))
    socket.setEncoding('latin1').on('data', (chunk) => {
      const parts = (rest + chunk).split('\r\n\r\n')
      rest = parts.pop()
      for (const head of parts) answers.push(/^x-tried: (.*)$/m.exec(head)?.[1].trimEnd() ?? '')
      if (answers.length >= requests.length) resolve()
    })
  })
  socket.write(requests.join(''), 'latin1')
  await done
  socket.removeAllListeners()
  return answers
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { nginx, cases, heads } = await record()
  const lines = (items) => items.map((item) => JSON.stringify(item)).join(',\n')
  writeFileSync(
    fileURLToPath(new URL('nginx.recorded.json', import.meta.url)),
    `{"nginx":"${nginx}","cases":[\n${lines(cases)}\n],"heads":[\n${lines(heads)}\n]}\n`,
  )
}
