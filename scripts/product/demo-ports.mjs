import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/**
 * The ports that stand in what was published: of the demo's listener and of its backends `a` and `b`. They are
 * remembered, so that a later start finds them again, and can say which ones it moves.
 *
 * @typedef {object} DemoPorts
 * @property {number} gatewayPort
 * @property {number[]} demoPorts
 */

/** @param {string} home */
const fileIn = (home) => join(home, 'demo-ports.json')

/**
 * @param {string} home
 * @returns {DemoPorts | undefined} Undefined before the first start that came up.
 */
export function readDemoPorts(home) {
  const file = fileIn(home)
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : undefined
}

/**
 * @param {string} home
 * @param {DemoPorts} ports
 */
export function rememberDemoPorts(home, { gatewayPort, demoPorts }) {
  mkdirSync(home, { recursive: true, mode: 0o700 })
  writeFileSync(fileIn(home), `${JSON.stringify({ gatewayPort, demoPorts })}\n`)
}

/**
 * What has moved, as the control plane takes it: `8080:8081,2003:2005`; empty when nothing has.
 *
 * @param {DemoPorts | undefined} before
 * @param {DemoPorts} now
 */
export function movedPorts(before, now) {
  if (!before) return ''
  const pairs = [
    [before.gatewayPort, now.gatewayPort],
    ...now.demoPorts.map((port, index) => [before.demoPorts[index] ?? port, port]),
  ]
  return pairs
    .filter(([from, to]) => from !== to)
    .map((pair) => pair.join(':'))
    .join(',')
}
