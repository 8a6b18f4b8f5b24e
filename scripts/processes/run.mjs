import { spawn } from 'node:child_process'
import { root } from '../repository.mjs'
import { signalGroup } from './children.mjs'

/** @type {Set<number>} */
const running = new Set()
process.on('exit', endRuns)

/**
 * Runs a command to its end, in a process group of its own, and gives its exit code (1 when it was ended by a signal
 * or could not be started). What it prints goes where ours goes.
 *
 * @param {string} command
 * @param {readonly string[]} args
 * @param {{ env?: NodeJS.ProcessEnv, stdio?: import('node:child_process').StdioOptions, timeoutMs?: number }} [options]
 * @returns {Promise<number>}
 */
export function run(command, args, { env = {}, stdio = ['ignore', 'inherit', 'inherit'], timeoutMs = 0 } = {}) {
  return new Promise((resolve) => {
    const child = spawn(command, args, { cwd: root, detached: true, env: { ...process.env, ...env }, stdio })
    const { pid } = child
    if (pid !== undefined) running.add(pid)
    const timer = timeoutMs > 0 ? setTimeout(() => signalGroup(pid, 'SIGKILL'), timeoutMs) : undefined
    child.once('error', (error) => finish(1, error))
    child.once('exit', (code) => finish(code ?? 1))

    /**
     * @param {number} code
     * @param {Error} [error]
     */
    function finish(code, error) {
      clearTimeout(timer)
      if (pid !== undefined) running.delete(pid)
      if (error) console.error(`${command}: ${error.message}`)
      resolve(code)
    }
  })
}

/** Ends what `run` is running, with everything that it has started. */
export function endRuns() {
  for (const pid of running) signalGroup(pid, 'SIGKILL')
}
