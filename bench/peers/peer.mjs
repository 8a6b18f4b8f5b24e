import { spawnSync } from 'node:child_process'
import { createRequire } from 'node:module'

/**
 * @typedef {object} Place Where a proxy runs, and what it is to do.
 * @property {string} folder Of its own, gone afterwards.
 * @property {number} port To listen on, on loopback.
 * @property {number} backend The port to forward to.
 * @property {import('../certificate.mjs').Certificate} [certificate] To serve TLS with.
 * @property {boolean} manyRoutes Whether the routes are the 10,000 of `many-routes.mjs`, or one for everything.
 *
 * @typedef {object} Peer
 * @property {string} name
 * @property {() => string | undefined} version Undefined when it is not installed.
 * @property {(row: import('../rows.mjs').Row) => string | undefined} skips Why it has no part in a row.
 * @property {(place: Place) => string[]} command Writes its configuration, and gives the command that runs it in the foreground.
 */

/** For those who take part in everything. */
export const skipsNone = () => undefined

/**
 * For those that forward to one place and know no routes.
 *
 * @param {import('../rows.mjs').Row} row
 */
export const skipsRoutes = (row) => (row.setup === 'routes' ? 'it has no routes' : undefined)

/** @param {string} name Of an npm package. */
export const packageVersion = (name) => createRequire(import.meta.url)(`${name}/package.json`).version

/**
 * What a program says about its version.
 *
 * @param {string} command
 * @param {string[]} args
 */
export function versionOf(command, args) {
  const { status, stdout, stderr } = spawnSync(command, args, { encoding: 'utf8', timeout: 10_000 })
  return status === 0 ? (/\d+\.\d+(?:\.\d+)?/.exec(stdout + stderr)?.[0] ?? '?') : undefined
}

/** @param {string} file From the folder of the bench. */
export const benchFile = (file) => new URL(`../${file}`, import.meta.url).pathname
