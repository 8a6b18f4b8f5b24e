/** @typedef {{ name: string, headers: [string, string][] }} Row What is asked, and what the row is called. */

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

/** @type {Row[]} */
export const rows = [
  { name: 'Small GET', headers: [] },
  { name: "Small GET with a browser's fifteen headers", headers: browser },
]

/**
 * The request as it stands on the wire.
 *
 * @param {Row} row
 */
export function wire({ headers }) {
  const lines = headers.map(([name, value]) => `${name}: ${value}\r\n`)
  return `GET /bench HTTP/1.1\r\nhost: bench.example\r\n${lines.join('')}\r\n`
}
