import type { Case } from './weightings.ts'

const methods = {
  hash: ['    hash $http_x_key;'],
  'consistent-hash': ['    hash $http_x_key consistent;'],
  'weighted-round-robin': [],
}

/**
 * A front that balances over the servers of each case, under the case's number as path, and says whom it tried; and all
 * those servers, which fail when `x-fail` names them. In the foreground, in one process, with all its files in `folder`.
 */
export function configuration(folder: string, front: number, cases: Case<string>[]): string {
  const backends = new Map<string, number>()
  const upstreams = cases.map(({ type, servers }, index) => {
    const lines = servers.map(({ address, weight, down, maxFails }, n) => {
      if (!backends.has(address)) backends.set(address, n)
      const fails = maxFails === undefined ? '' : ` max_fails=${maxFails}`
      return `    server ${address} weight=${weight}${fails}${down ? ' down' : ''};`
    })
    return [`  upstream u${index} {`, ...methods[type], ...lines, '    keepalive 16;', '  }'].join('\n')
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
events { worker_connections 8192; }
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
