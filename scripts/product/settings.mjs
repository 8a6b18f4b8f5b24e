import { resolve } from 'node:path'
import { isFree, settlePort } from '../processes/ports.mjs'

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
 * Reads the environment. Port 0 takes a free one.
 *
 * @param {NodeJS.ProcessEnv} env
 * @returns {Promise<Settings>}
 */
export async function readSettings(env) {
  const demo = env['SWITCHYARD_DEMO'] !== 'off'
  const admin = env[variables.admin] ?? '127.0.0.1:9901'
  const colon = admin.lastIndexOf(':')
  const adminHost = admin.slice(0, Math.max(colon, 0)) || '127.0.0.1'
  const demoPorts = (env[variables.demo] ?? '2003,2004').split(',')
  if (demoPorts.length !== 2) throw new Error(`${variables.demo} names two ports, such as 2003,2004.`)
  return {
    home: resolve(env['SWITCHYARD_HOME'] ?? '.switchyard'),
    port: await readPort(variables.control, env[variables.control] ?? '4000'),
    gatewayPort: await readPort(variables.gateway, env[variables.gateway] ?? '8080'),
    admin: `${adminHost}:${await readPort(variables.admin, admin.slice(colon + 1))}`,
    demoPorts: demo ? await Promise.all(demoPorts.map((port) => readPort(variables.demo, port.trim()))) : [],
  }
}

/**
 * @param {string} variable
 * @param {string} text
 */
async function readPort(variable, text) {
  const port = Number(text)
  if (!/^\d{1,5}$/.test(text) || port > 65_535) throw new Error(`${variable} is not a port: ${text}`)
  return settlePort(port)
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
