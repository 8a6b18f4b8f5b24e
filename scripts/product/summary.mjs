/**
 * @typedef {object} Seen What the programs said about themselves.
 * @property {{ address: string, port: number }[]} [listeners] Where the node accepts requests; absent until it does.
 * @property {{ url: string, code: string }} [setUp] How the first administrator is made.
 */

/**
 * Takes what the summary needs out of a log entry.
 *
 * @param {Seen} seen
 * @param {string} name
 * @param {import('./log-line.mjs').LogEntry} entry
 */
export function note(seen, name, entry) {
  if (name === 'node' && entry.msg === 'ready' && Array.isArray(entry['listeners'])) seen.listeners = entry['listeners']
  if (name === 'control' && typeof entry['setUpCode'] === 'string') {
    seen.setUp = { url: String(entry['setUpUrl']), code: entry['setUpCode'] }
  }
}

/**
 * The addresses, and how to sign in.
 *
 * @param {import('./settings.mjs').Settings} settings
 * @param {Seen} seen
 */
export function summary({ port, admin, demo, demoPorts }, { listeners, setUp }) {
  const dashboard = `http://127.0.0.1:${port}`
  const gateways = (listeners ?? []).map(({ address, port }) => `http://${reachable(address)}:${port}`)
  const email = process.env['SWITCHYARD_ADMIN_EMAIL']
  const rows = [
    ['Dashboard', dashboard],
    ['Gateway', gateways.join(', ') || 'nothing is served yet: the dashboard says why, or waits for a first publish'],
  ]
  if (admin !== 'off') rows.push(['Node', `http://${admin}/state`])
  if (demo) rows.push(['Demo', demoPorts.map((demoPort) => `http://127.0.0.1:${demoPort}`).join(', ')])
  if (demo && gateways[0]) rows.push(['Try', `for i in 1 2 3 4 5 6; do curl -s ${gateways[0]}/ | head -1; done`])
  rows.push(['Sign in', setUp ? setUp.url : `${dashboard}/sign-in${email ? ` as ${email}` : ''}`])
  if (setUp) rows.push(['Code', `${setUp.code} (once; it makes the first administrator)`])
  return [
    '',
    'Switchyard is running.',
    '',
    ...rows.map(([what = '', where]) => `  ${what.padEnd(11)}${where}`),
    '',
    'Ctrl-C ends all of it.',
    '',
  ].join('\n')
}

/** @param {string} address */
function reachable(address) {
  if (address === '0.0.0.0' || address === '::') return '127.0.0.1'
  return address.includes(':') ? `[${address}]` : address
}
