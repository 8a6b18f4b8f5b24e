import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { findPort, isFree } from '../processes/ports.mjs'

/**
 * @typedef {object} Settings
 * @property {string} home Folder of everything that must survive a restart.
 * @property {number} port Of the control plane.
 * @property {number} gatewayPort Of the first listener, which the demo document has.
 * @property {string} admin The node's admin address, HOST:PORT.
 * @property {number[]} demoPorts Of the demo backends, `a` and `b`; empty with the demo off.
 */

/** Which variable chooses which port. */
const variables = {
  control: 'PORT',
  gateway: 'GATEWAY_PORT',
  admin: 'SWITCHYARD_ADMIN',
  demo: 'SWITCHYARD_DEMO_PORTS',
}

/**
 * Reads the environment. Port 0 takes a free one. The ports that the demo document names are remembered in the home:
 * they stand in what was published, so a later start keeps them unless it is told others.
 *
 * @param {NodeJS.ProcessEnv} env
 * @returns {Promise<Settings>}
 */
export async function readSettings(env) {
  const home = resolve(env['SWITCHYARD_HOME'] ?? '.switchyard')
  const before = readRemembered(home)
  const admin = env[variables.admin] ?? '127.0.0.1:9901'
  const colon = admin.lastIndexOf(':')
  const demoPorts = (env[variables.demo] ?? '').split(',').map((port) => port.trim())
  if (env[variables.demo] && demoPorts.length !== 2) throw new Error(`${variables.demo} names two ports: 2003,2004.`)
  const [a, b] = demoPorts
  return {
    home,
    port: await readPort(variables.control, env[variables.control], 4000),
    gatewayPort: await readPort(variables.gateway, env[variables.gateway], 8080, before?.gatewayPort),
    admin: `${admin.slice(0, Math.max(colon, 0)) || '127.0.0.1'}:${await readPort(variables.admin, admin.slice(colon + 1), 9901)}`,
    demoPorts:
      env['SWITCHYARD_DEMO'] === 'off'
        ? []
        : [
            await readPort(variables.demo, a, 2003, before?.demoPorts[0]),
            await readPort(variables.demo, b, 2004, before?.demoPorts[1]),
          ],
  }
}

/**
 * @param {string} variable
 * @param {string | undefined} text
 * @param {number} fallback
 * @param {number} [before] Stands for an absent one, and for the free one that was found then.
 */
async function readPort(variable, text, fallback, before) {
  if (!text) return before ?? fallback
  const port = Number(text)
  if (!/^\d{1,5}$/.test(text) || port > 65_535) throw new Error(`${variable} is not a port: ${text}`)
  return port === 0 ? (before ?? findPort()) : port
}

/** @typedef {Pick<Settings, 'gatewayPort' | 'demoPorts'>} Remembered */

/**
 * @param {string} home
 * @returns {Remembered | undefined}
 */
function readRemembered(home) {
  const file = join(home, 'demo-ports.json')
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : undefined
}

/**
 * Keeps the ports that the demo document was written with.
 *
 * @param {Settings} settings
 */
export function rememberDemoPorts({ home, gatewayPort, demoPorts }) {
  /** @type {Remembered} */
  const remembered = { gatewayPort, demoPorts }
  writeFileSync(join(home, 'demo-ports.json'), `${JSON.stringify(remembered)}\n`)
}

/**
 * Every port that is taken already: a sentence each, which says how to choose another.
 *
 * @param {Settings} settings
 * @returns {Promise<string[]>}
 */
export async function takenPorts(settings) {
  const [adminHost = '', adminPort] = settings.admin.split(/:(?=\d+$)/)
  const { control, gateway, admin, demo } = variables
  const wanted = [
    { what: 'the control plane', host: '127.0.0.1', port: settings.port, how: `${control}=4001` },
    { what: 'the gateway', host: '127.0.0.1', port: settings.gatewayPort, how: `${gateway}=8081` },
    { what: "the node's admin address", host: adminHost, port: Number(adminPort), how: `${admin}=127.0.0.1:9902` },
    ...settings.demoPorts.map((port) => ({
      what: 'a demo backend',
      host: '127.0.0.1',
      port,
      how: `${demo}=2005,2006`,
    })),
  ]
  const free = await Promise.all(wanted.map(({ host, port }) => isFree(host, port)))
  return wanted
    .filter((_, index) => !free[index])
    .map(({ what, port, how }) => `Port ${port}, for ${what}, is in use. Choose another: ${how} npm start`)
}
