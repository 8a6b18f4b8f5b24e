import { readFileSync } from 'node:fs'
import { join } from 'node:path'

/** @typedef {{ id: string, address: string, port: number }} Listener */

/**
 * The listeners of the last good revision of a node of this home: it opens them at once when it starts. Undefined when
 * it has none yet.
 *
 * @param {string} home
 * @param {string} node
 * @returns {Listener[] | undefined}
 */
export function servedListeners(home, node) {
  try {
    // A checksum, a header, and the document; the node itself looks whether they fit.
    const [, , document = ''] = readFileSync(join(home, 'nodes', node, 'snapshot.current'), 'utf8').split('\n')
    return JSON.parse(document).listeners
  } catch {
    return undefined
  }
}
