import { resolve } from 'node:path'
import { findPort, isFree } from '../processes/ports.mjs'
import { readDemoPorts } from './demo-ports.mjs'
import { servedListeners } from './served-listeners.mjs'

/**
 * @typedef {object} Settings
 * @property {string} home Folder of everything that must survive a restart.
 * @property {number} port Of the control plane.
 * @property {number} gatewayPort Of the first listener, which the demo document has.
 * @property {string} admin The node's admin address, HOST:PORT, or `off`.
 * @property {string} node The node's name.
 * @property {boolean} demo
 * @property {number[]} demoPorts Of the demo backends, `a` and `b`.
 * @property {import('./demo-ports.mjs').DemoPorts | undefined} before Of an earlier start.
 */

/** Which variable chooses which port. */
const variables = {
  control: 'PORT',
  gateway: 'GATEWAY_PORT',
  admin: 'SWITCHYARD_ADMIN',
  demo: 'SWITCHYARD_DEMO_PORTS',
}

/**
 * Reads the environment. Port 0 takes a free one; where what was published names the port, it takes the one of the
 * earlier start.
 *
 * @param {NodeJS.ProcessEnv} env
 * @returns {Promise<Settings>}
 */
export async function readSettings(env) {
  const home = resolve(env['SWITCHYARD_HOME'] || '.switchyard')
  const before = readDemoPorts(home)
  const { control, gateway, demo } = variables
  const [a, b, ...rest] = (env[demo] || ',').split(',')
  if (b === undefined || rest.length > 0) throw new Error(`${demo} names two ports, such as 2003,2004.`)
  return {
    home,
    port: await readPort(control, env[control], 4000),
    gatewayPort: await readPort(gateway, env[gateway], 8080, before?.gatewayPort),
    admin: await readAdmin(env[variables.admin] || '127.0.0.1:9901'),
    node: env['SWITCHYARD_NODE'] || 'local',
    demo: env['SWITCHYARD_DEMO'] !== 'off',
    demoPorts: [
      await readPort(demo, a, 2003, before?.demoPorts[0]),
      await readPort(demo, b, 2004, before?.demoPorts[1]),
    ],
    before,
  }
}

/** @param {string} text HOST:PORT, a port, or `off`. */
async function readAdmin(text) {
  if (text === 'off') return text
  const [, host = '127.0.0.1', port] = /^(?:(.+):)?([^:]+)$/.exec(text) ?? []
  return `${host}:${await readPort(variables.admin, port, 9901)}`
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

/**
 * Every port that is taken already: a sentence each, which says how to choose another. A listener that was edited since
 * is not among them: the node says that it cannot be opened, and the dashboard is there to edit it again.
 *
 * @param {Settings} settings
 * @returns {Promise<string[]>}
 */
export async function takenPorts(settings) {
  const { control, gateway, admin, demo } = variables
  const [, adminHost = '', adminPort] = /^(.+):(\d+)$/.exec(settings.admin) ?? []
  const wanted = [{ what: 'the control plane', host: '127.0.0.1', port: settings.port, how: `${control}=4001` }]
  if (opensGateway(settings)) {
    wanted.push({ what: 'the gateway', host: '127.0.0.1', port: settings.gatewayPort, how: `${gateway}=8081` })
  }
  if (adminPort) {
    wanted.push({
      what: "the node's admin address",
      host: adminHost.replace(/^\[|\]$/g, ''),
      port: Number(adminPort),
      how: `${admin}=127.0.0.1:9902`,
    })
  }
  for (const port of settings.demo ? settings.demoPorts : []) {
    wanted.push({ what: 'a demo backend', host: '127.0.0.1', port, how: `${demo}=2005,2006` })
  }
  const command = process.env['npm_lifecycle_event'] === 'dev' ? 'npm run dev' : 'npm start'
  const free = await Promise.all(wanted.map(({ host, port }) => isFree(host, port)))
  return wanted
    .filter((_, index) => !free[index])
    .map(({ what, port, how }) => `Port ${port}, for ${what}, is in use. Choose another: ${how} ${command}`)
}

/**
 * Whether the node is going to accept requests at the port of the demo.
 *
 * @param {Settings} settings
 */
function opensGateway({ home, node, demo, gatewayPort, before }) {
  const listeners = servedListeners(home, node)
  if (!listeners) return demo
  return listeners.some(({ port }) => port === gatewayPort || port === before?.gatewayPort)
}
