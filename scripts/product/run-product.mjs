import { setTimeout as sleep } from 'node:timers/promises'
import { createChildren } from '../processes/children.mjs'
import { writeDemoDocument } from './demo-document.mjs'
import { movedPorts, rememberDemoPorts } from './demo-ports.mjs'
import { parseLogLine, readableLine, worthReading } from './log-line.mjs'
import { nodeToken } from './node-token.mjs'
import { note, summary } from './summary.mjs'

/** What the node is serving when it is asked to end may go on for this long; then WebSockets and downloads are cut. */
const drainMs = 8000
/** Beyond that a program needs only a moment. */
const momentMs = 7000
const controlReadyMs = 60_000
/** The node serves a moment after the control plane, unless there is nothing to serve yet, or it refuses what there is. */
const nodeReadyMs = 15_000
/** What else it has to open by then comes within this. */
const settleMs = 2000

/**
 * @typedef {object} Programs How the two programs are run: arguments of Node, the file among them.
 * @property {string[]} control
 * @property {string[]} node
 * @property {string[]} [compiler] Of what the pages import, as it changes.
 */

/** What the control plane alone may know; of the others, one is what strangers speak to. */
const forControlOnly = {
  SWITCHYARD_SECRET_KEY: undefined,
  SWITCHYARD_ADMIN_PASSWORD: undefined,
}

/**
 * Runs a control plane, one node and the demo backends. `ended` resolves with the exit code once nothing of them is
 * left: 0 when `end` was called, 1 when one of them ended by itself or `endNow` was called.
 *
 * @param {import('./settings.mjs').Settings} settings
 * @param {Programs} programs
 * @param {NodeJS.ProcessEnv} env Of both, on top of this process's own.
 */
export function runProduct(settings, programs, env) {
  /** @type {import('./summary.mjs').Seen} */
  const seen = {}
  let exitCode = 0
  let ending = false
  /** @type {(code: number) => void} */
  let finish = () => {}
  /** @type {Promise<number>} */
  const ended = new Promise((resolve) => {
    finish = resolve
  })

  const children = createChildren({
    onLine(name, line) {
      const entry = parseLogLine(line)
      if (entry === undefined) return console.log(`${' '.repeat(10)}${name.padEnd(9)}${line}`)
      note(seen, name, entry)
      if (worthReading(entry)) console.log(readableLine(name, entry))
    },
    onUnexpectedEnd(name, how) {
      if (!ending) console.error(`\n${name} ended unexpectedly (${how}). Ending everything.`)
      exitCode = 1
      void end()
    },
  })

  const { home, port, gatewayPort, admin, demo, demoPorts } = settings
  const url = `http://127.0.0.1:${port}`
  const token = nodeToken(home)
  const backends = (demo ? demoPorts : []).map((demoPort, index) => {
    const name = 'ab'[index] ?? ''
    return children.start(`demo ${name}`, ['demo/backend.mjs', '--name', name, '--port', `${demoPort}`], forControlOnly)
  })
  const control = children.start('control', [...programs.control, '--port', `${port}`, '--host', '127.0.0.1'], {
    ...env,
    SWITCHYARD_HOME: home,
    SWITCHYARD_NODE_TOKEN: token,
    SWITCHYARD_DEMO_DOCUMENT: demo ? writeDemoDocument(settings) : undefined,
    SWITCHYARD_MOVE_PORTS: movedPorts(settings.before, settings),
  })
  // The node's settings go by the environment, so that the token does not stand in the list of processes.
  const node = children.start('node', programs.node, {
    ...env,
    SWITCHYARD_HOME: home,
    SWITCHYARD_CONTROL: url,
    SWITCHYARD_TOKEN: token,
    SWITCHYARD_ADMIN: admin,
    SWITCHYARD_NODE: settings.node,
    SWITCHYARD_DRAIN_MS: process.env['SWITCHYARD_DRAIN_MS'] || `${drainMs}`,
    ...forControlOnly,
  })
  const others = programs.compiler ? [...backends, children.start('core', programs.compiler)] : backends
  void announce()

  async function announce() {
    const controlIsReady = await within(controlReadyMs, async () => (await fetch(`${url}/healthz`)).ok)
    if (!controlIsReady) {
      if (!ending) console.error(`The control plane does not answer at ${url}; what was printed above may say why.`)
      return
    }
    if (demo) rememberDemoPorts(home, settings)
    await within(demo ? nodeReadyMs : settleMs, hasListeners)
    await within(settleMs, opensDemo)
    if (!ending) console.log(summary(settings, seen))
  }

  async function hasListeners() {
    if (admin !== 'off') seen.listeners = await servingListeners(admin)
    return seen.listeners !== undefined
  }

  /** A node begins with its last good revision, and has the newest a moment later: the listener may have moved since. */
  async function opensDemo() {
    return (await hasListeners()) && seen.listeners?.some((one) => one.port === gatewayPort) === true
  }

  /**
   * Whether it becomes true in time, and before the end.
   *
   * @param {number} ms
   * @param {() => boolean | Promise<boolean>} look May throw.
   */
  async function within(ms, look) {
    for (const deadline = Date.now() + ms; Date.now() < deadline && !ending; await sleep(50)) {
      try {
        if (await look()) return true
      } catch {
        // Not there yet.
      }
    }
    return false
  }

  /** The node first, so that what it is serving finds the backends; then the rest. */
  async function end() {
    if (ending) return
    ending = true
    await children.end([node], drainMs + momentMs)
    await children.end([control, ...others], momentMs)
    finish(exitCode)
  }

  function endNow() {
    ending = true
    exitCode = 1
    children.kill()
  }

  return { ended, end, endNow }
}

/**
 * Where the node accepts requests, by its admin address; undefined while it serves nothing.
 *
 * @param {string} admin
 * @returns {Promise<{ address: string, port: number }[] | undefined>}
 */
async function servingListeners(admin) {
  const ready = await fetch(`http://${admin}/readyz`)
  if (!ready.ok) return undefined
  const state = await fetch(`http://${admin}/state`)
  return /** @type {{ listeners: { address: string, port: number }[] }} */ (await state.json()).listeners
}
