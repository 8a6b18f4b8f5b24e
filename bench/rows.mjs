import { requestPaths } from './many-routes.mjs'

/**
 * @typedef {'plain' | 'tls' | 'routes'} Setup How a proxy is configured: everything to the backend; the same behind TLS;
 *   or 10,000 routes.
 *
 * @typedef {object} Row What is asked.
 * @property {string} id To choose it by.
 * @property {string} title
 * @property {Setup} setup
 * @property {number} rate Requests a second where processor time is measured: what the slowest peer carries with room to spare.
 * @property {boolean} closing Each request on a connection of its own.
 * @property {string[]} requests As they stand on the wire, sent in turn.
 */

const host = 'bench.example'

/**
 * The fields that a browser sends with a page request, beside Host.
 *
 * @type {[string, string][]}
 */
const browser = [
  ['connection', 'keep-alive'],
  ['cache-control', 'max-age=0'],
  ['sec-ch-ua', '"Chromium";v="140", "Not=A?Brand";v="24"'],
  ['sec-ch-ua-mobile', '?0'],
  ['sec-ch-ua-platform', '"Linux"'],
  ['upgrade-insecure-requests', '1'],
  [
    'user-agent',
    'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36',
  ],
  ['accept', 'text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8'],
  ['sec-fetch-site', 'same-origin'],
  ['sec-fetch-mode', 'navigate'],
  ['sec-fetch-user', '?1'],
  ['sec-fetch-dest', 'document'],
  ['accept-encoding', 'gzip, deflate, br, zstd'],
  ['accept-language', 'en-GB,en;q=0.9,de;q=0.8'],
  ['cookie', 'session=4f1c2a7e9b0d4c3f8a6e5d2b1c0f9e8d; theme=dark; consent=yes'],
]
const post = 'x'.repeat(16_384)

/** @type {Row[]} */
export const rows = [
  {
    id: 'small',
    title: 'Small GET',
    setup: 'plain',
    rate: 5000,
    closing: false,
    requests: [get('/bench', host, [])],
  },
  {
    id: 'browser',
    title: "Small GET with a browser's fifteen header fields",
    setup: 'plain',
    rate: 5000,
    closing: false,
    requests: [get('/bench', host, browser)],
  },
  {
    id: 'connections',
    title: 'A new connection for each request',
    setup: 'plain',
    rate: 1000,
    closing: true,
    requests: [get('/bench', host, [['connection', 'close']])],
  },
  {
    id: 'post',
    title: 'POST of 16 KB',
    setup: 'plain',
    rate: 2000,
    closing: false,
    requests: [`POST /bench HTTP/1.1\r\nhost: ${host}\r\ncontent-length: ${post.length}\r\n\r\n${post}`],
  },
  {
    id: 'large',
    title: 'Bodies of 1 MB',
    setup: 'plain',
    rate: 100,
    closing: false,
    requests: [get('/1mb', host, [])],
  },
  {
    id: 'tls',
    title: 'Small GET over TLS, on kept connections',
    setup: 'tls',
    rate: 3000,
    closing: false,
    requests: [get('/bench', host, [])],
  },
  {
    id: 'routes',
    title: 'Small GET among 10,000 routes',
    setup: 'routes',
    rate: 5000,
    closing: false,
    requests: requestPaths().map(({ host, path }) => get(path, host, [])),
  },
]

/**
 * @param {string} path
 * @param {string} host
 * @param {[string, string][]} headers
 */
function get(path, host, headers) {
  const lines = headers.map(([name, value]) => `${name}: ${value}\r\n`)
  return `GET ${path} HTTP/1.1\r\nhost: ${host}\r\n${lines.join('')}\r\n`
}
