/**
 * @typedef {object} Seen What the programs said about themselves.
 * @property {{ id: string, address: string, port: number }[]} listeners Where the node accepts requests.
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
export function summary({ port, admin, demoPorts }, { listeners, setUp }) {
  const dashboard = `http://127.0.0.1:${port}`
  const gateways = listeners.map(({ address, port }) => `http://${reachable(address)}:${port}`)
  const [gateway] = gateways
  const email = process.env['SWITCHYARD_ADMIN_EMAIL']
  const rows = [
    ['Dashboard', dashboard],
    ['Gateway', gateways.join(', ') || 'no listener yet: add one in the dashboard and publish'],
    ['Node', `http://${admin}/state`],
    ...(demoPorts.length > 0 ? [['Demo', demoPorts.map((demoPort) => `http://127.0.0.1:${demoPort}`).join(', ')]] : []),
    ...(gateway && demoPorts.length > 0
      ? [['Try', `for i in 1 2 3 4 5 6; do curl -s ${gateway}/ | head -1; done`]]
      : []),
    [
      'Sign in',
      setUp
        ? `${setUp.url} makes the first administrator; its one-time code is ${setUp.code}`
        : `${dashboard}/sign-in${email ? ` as ${email}` : ''}`,
    ],
  ]
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
