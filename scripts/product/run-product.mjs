import { setTimeout as sleep } from 'node:timers/promises'
import { createChildren } from '../processes/children.mjs'
import { writeDemoDocument } from './demo-document.mjs'
import { parseLogLine, readableLine, worthReading } from './log-line.mjs'
import { nodeToken } from './node-token.mjs'
import { note, summary } from './summary.mjs'

/** What the node is serving when it is asked to end may go on for this long; then WebSockets and downloads are cut. */
const drainMs = 8000
/** Beyond that a program needs only a moment. */
const momentMs = 7000
const readyMs = 60_000

/**
 * @typedef {object} Programs How the two programs are run: arguments of Node, the file among them.
 * @property {string[]} control
 * @property {string[]} node
 */

/**
 * Runs a control plane, one node and the demo backends. `ended` resolves with the exit code once nothing of them is
 * left: 0 when `end` was called, 1 when one of them ended by itself.
 *
 * @param {import('./settings.mjs').Settings} settings
 * @param {Programs} programs
 * @param {NodeJS.ProcessEnv} env Of both, on top of this process's own.
 */
export function runProduct(settings, programs, env) {
  /** @type {import('./summary.mjs').Seen} */
  const seen = { listeners: [] }
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
      if (entry === undefined) return console.log(`${name.padEnd(7)}  ${line}`)
      note(seen, name, entry)
      if (worthReading(entry)) console.log(readableLine(name, entry))
    },
    onUnexpectedEnd(name, how) {
      if (!ending) console.error(`\n${name} ended unexpectedly (${how}). Ending everything.`)
      exitCode = 1
      void end()
    },
  })

  const { home, port, admin, demoPorts } = settings
  const url = `http://127.0.0.1:${port}`
  const token = nodeToken(home)
  const backends = demoPorts.map((demoPort, index) =>
    children.start(`demo ${'ab'[index]}`, ['demo/backend.mjs', '--name', `${'ab'[index]}`, '--port', `${demoPort}`]),
  )
  const control = children.start('control', [...programs.control, '--port', `${port}`, '--host', '127.0.0.1'], {
    ...env,
    SWITCHYARD_HOME: home,
    SWITCHYARD_NODE_TOKEN: token,
    ...(backends.length > 0 && { SWITCHYARD_DEMO_DOCUMENT: writeDemoDocument(settings) }),
  })
  // The node's settings go by the environment, so that the token does not stand in the list of processes.
  const node = children.start('node', programs.node, {
    ...env,
    SWITCHYARD_HOME: home,
    SWITCHYARD_CONTROL: url,
    SWITCHYARD_TOKEN: token,
    SWITCHYARD_ADMIN: admin,
    SWITCHYARD_DRAIN_MS: process.env['SWITCHYARD_DRAIN_MS'] ?? `${drainMs}`,
    SWITCHYARD_NODE: process.env['SWITCHYARD_NODE'] ?? 'local',
  })
  void announce()

  async function announce() {
    if (!(await answers(`${url}/healthz`))) return
    const serves =
      backends.length > 0 ? await answers(`http://${admin}/readyz`) : await answers(`http://${admin}/healthz`)
    if (serves && !ending) console.log(summary(settings, seen))
  }

  /**
   * Whether it answers with 200 in time.
   *
   * @param {string} address
   */
  async function answers(address) {
    for (const deadline = Date.now() + readyMs; Date.now() < deadline && !ending; await sleep(100)) {
      const response = await fetch(address).catch(() => undefined)
      if (response?.ok) return true
    }
    if (!ending) console.error(`${address} does not answer; what was printed above may say why.`)
    return false
  }

  /** The node first, so that what it is serving finds the backends; then the rest. */
  async function end() {
    if (ending) return
    ending = true
    await children.end([node], drainMs + momentMs)
    await children.end([control, ...backends], momentMs)
    finish(exitCode)
  }

  function endNow() {
    ending = true
    exitCode = 1
    children.kill()
  }

  return { ended, end, endNow }
}
