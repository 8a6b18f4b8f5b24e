import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { findPort } from '../scripts/processes/ports.mjs'
import { pinned } from './cores.mjs'

/**
 * @typedef {object} Running
 * @property {number} port
 * @property {string} folder Of its own, gone at its end.
 * @property {number} group The process group, to find its processes by.
 * @property {() => Promise<void>} end
 */

const startMs = 60_000

/**
 * Runs a program pinned to a core until it accepts connections, in a folder of its own. It ends with this process.
 *
 * @param {'proxy' | 'rest'} place
 * @param {(folder: string, port: number) => string[]} command
 * @returns {Promise<Running>}
 */
export async function runPinned(place, command) {
  const folder = mkdtempSync(join(tmpdir(), 'switchyard-bench-'))
  const remove = () => rmSync(folder, { recursive: true, force: true, maxRetries: 5 })
  try {
    return await run(place, folder, command, remove)
  } catch (error) {
    remove()
    throw error
  }
}

/**
 * @param {'proxy' | 'rest'} place
 * @param {string} folder
 * @param {(folder: string, port: number) => string[]} command
 * @param {() => void} remove
 * @returns {Promise<Running>}
 */
async function run(place, folder, command, remove) {
  const port = await findPort()
  const [program = '', ...args] = pinned(place, command(folder, port))
  const env = { ...process.env, HOME: folder, XDG_DATA_HOME: folder, XDG_CONFIG_HOME: folder, NODE_ENV: 'production' }
  const child = spawn(program, args, { detached: true, cwd: folder, env, stdio: ['ignore', 'pipe', 'pipe'] })
  let said = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk) => {
      said = `${said}${chunk}`.slice(-2000)
    })
  }
  const group = child.pid ?? 0
  const exited = new Promise((resolve) => {
    child.once('exit', resolve)
    child.once('error', resolve)
  })
  // The group, not the child: a master that is killed leaves its workers behind.
  const killGroup = () => {
    try {
      if (group > 0) process.kill(-group, 'SIGKILL')
    } catch {
      // Nothing of it is left.
    }
  }
  const dropAll = () => {
    killGroup()
    remove()
  }
  process.once('exit', dropAll)

  async function end() {
    child.kill('SIGTERM')
    await Promise.race([exited, sleep(3000, undefined, { ref: false })])
    process.off('exit', dropAll)
    dropAll()
  }

  for (const deadline = Date.now() + startMs; ; await sleep(50)) {
    if (await accepts(port)) return { port, folder, group, end }
    if (child.exitCode !== null || Date.now() > deadline) {
      await end()
      throw new Error(`it does not serve: ${said.trim()}`)
    }
  }
}

/** @param {number} port */
function accepts(port) {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1')
    socket.once('error', () => resolve(false))
    socket.once('connect', () => {
      resolve(true)
      socket.destroy()
    })
  })
}
