import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
import { root } from '../repository.mjs'

const guard = new URL('end-with-parent.mjs', import.meta.url).href

/**
 * @typedef {object} Child
 * @property {string} name
 * @property {import('node:child_process').ChildProcess} process
 * @property {Promise<void>} ended Resolves when it has ended and nothing of its process group is left.
 */

/**
 * The programs that a script runs. Each is a process group of its own, so that a Ctrl-C in the terminal reaches only
 * the script, which then asks each of them once.
 *
 * @param {{ onLine(name: string, line: string): void, onUnexpectedEnd(name: string, how: string): void }} listener
 */
export function createChildren({ onLine, onUnexpectedEnd }) {
  /** @type {Set<Child>} */
  const children = new Set()
  /** @type {Set<Child>} */
  const asked = new Set()

  /**
   * Starts a Node program. `args` begins with its file.
   *
   * @param {string} name
   * @param {string[]} args
   * @param {NodeJS.ProcessEnv} [env] On top of this process's own.
   * @returns {Child}
   */
  function start(name, args, env = {}) {
    const program = spawn(process.execPath, ['--import', guard, ...args], {
      cwd: root,
      detached: true,
      env: { ...process.env, ...env },
      stdio: ['pipe', 'pipe', 'pipe'],
    })
    program.stdin.on('error', () => {})
    for (const stream of [program.stdout, program.stderr]) {
      createInterface({ input: stream }).on('line', (line) => onLine(name, line))
    }
    const ended = new Promise((resolve) => {
      program.once('error', (error) => finish(String(error)))
      program.once('exit', (code, signal) => finish(signal ?? `code ${code}`))
      /** @param {string} how */
      function finish(how) {
        children.delete(child)
        // Workers outlive a leader that was killed only until they notice; nobody needs to wait for that.
        signalGroup(program.pid, 'SIGKILL')
        if (!asked.has(child)) onUnexpectedEnd(name, how)
        resolve(undefined)
      }
    })
    /** @type {Child} */
    const child = { name, process: program, ended }
    children.add(child)
    return child
  }

  /**
   * Asks these to end, and ends by force what has not within the time.
   *
   * @param {Iterable<Child>} some
   * @param {number} withinMs
   */
  async function end(some, withinMs) {
    const ending = [...some].filter((child) => children.has(child))
    for (const child of ending) {
      asked.add(child)
      child.process.kill('SIGTERM')
    }
    const all = Promise.all(ending.map((child) => child.ended))
    const timer = new AbortController()
    await Promise.race([all, sleep(withinMs, undefined, { signal: timer.signal }).catch(() => {})])
    timer.abort()
    for (const child of ending) if (children.has(child)) signalGroup(child.process.pid, 'SIGKILL')
    await all
  }

  /** Ends everything at once. */
  function kill() {
    for (const child of children) {
      asked.add(child)
      signalGroup(child.process.pid, 'SIGKILL')
    }
  }

  return { start, end, kill, running: () => [...children] }
}

/**
 * @param {number | undefined} pid The leader's.
 * @param {NodeJS.Signals} signal
 */
export function signalGroup(pid, signal) {
  if (pid === undefined) return
  try {
    process.kill(-pid, signal)
  } catch {
    // Nothing of the group is left.
  }
}
