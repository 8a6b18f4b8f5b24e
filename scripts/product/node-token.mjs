import { randomBytes } from 'node:crypto'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/**
 * The token with which the node of `npm start` joins its control plane: made once, kept in the home, readable only by
 * its owner.
 *
 * @param {string} home
 */
export function nodeToken(home) {
  const file = join(home, 'node-token')
  mkdirSync(home, { recursive: true, mode: 0o700 })
  try {
    return readFileSync(file, 'utf8').trim()
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code !== 'ENOENT') throw error
  }
  const token = `swn_${randomBytes(32).toString('base64url')}`
  writeFileSync(file, `${token}\n`, { mode: 0o600, flag: 'wx' })
  return token
}
