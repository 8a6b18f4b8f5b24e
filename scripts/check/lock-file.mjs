import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from '../repository.mjs'

/**
 * What is wrong with the lock file: registry addresses, which would bind everybody to one registry.
 *
 * @param {string} [text]
 * @returns {string[]}
 */
export function lockFileProblems(text = readFileSync(join(root, 'package-lock.json'), 'utf8')) {
  const { packages } = /** @type {{ packages: Record<string, { resolved?: string }> }} */ (JSON.parse(text))
  return Object.entries(packages)
    .filter(([, { resolved }]) => resolved?.startsWith('http'))
    .map(([path, { resolved }]) => `package-lock.json: ${path} names an address: ${resolved}`)
}
