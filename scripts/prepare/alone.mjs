import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { root } from '../repository.mjs'

const ofThisTree = join(root, '.turbo', 'preparing')

/**
 * Runs the task while no other process of this working tree does: `npm start` and `npm test` may be started at the
 * same time, and two installs into one `node_modules` would spoil it. A lock whose owner has died is taken over.
 *
 * @template T
 * @param {() => Promise<T>} task
 * @param {(sentence: string) => void} say
 * @param {string} [lock] The file that says who is at it.
 * @returns {Promise<T>}
 */
export async function alone(task, say, lock = ofThisTree) {
  mkdirSync(dirname(lock), { recursive: true })
  for (let waiting = false; !take(lock); waiting = true) {
    if (!waiting) say('Waiting for another install or build in this folder …')
    await sleep(300)
  }
  const release = () => rmSync(lock, { force: true })
  process.once('exit', release)
  try {
    return await task()
  } finally {
    process.off('exit', release)
    release()
  }
}

/** @param {string} lock */
function take(lock) {
  try {
    writeFileSync(lock, String(process.pid), { flag: 'wx' })
    return true
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code !== 'EEXIST') throw error
  }
  if (!ownerIsAlive(lock)) rmSync(lock, { force: true })
  return false
}

/** @param {string} lock */
function ownerIsAlive(lock) {
  let owner = 0
  try {
    owner = Number(readFileSync(lock, 'utf8'))
  } catch {
    return false
  }
  // Empty for the instant between its creation and its writing.
  if (owner === 0) return true
  try {
    process.kill(owner, 0)
    return true
  } catch (error) {
    return /** @type {NodeJS.ErrnoException} */ (error).code === 'EPERM'
  }
}
