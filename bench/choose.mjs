import { peers as allPeers } from './peers/all.mjs'
import { rows as allRows } from './rows.mjs'

/**
 * Rows by their ids and peers by a part of their names; all of those of which none is named.
 *
 * @param {string[]} words
 */
export function choose(words) {
  const known = (/** @type {string} */ word) =>
    word === 'websockets' ||
    allRows.some(({ id }) => id === word) ||
    allPeers.some(({ name }) => name.toLowerCase().includes(word))
  const unknown = words.find((word) => !known(word))
  if (unknown !== undefined) {
    const names = [...allRows.map(({ id }) => id), 'websockets', ...allPeers.map(({ name }) => name)]
    throw new Error(`There is no row or peer ${unknown}. There are ${names.join(', ')}.`)
  }
  const namedRows = allRows.filter(({ id }) => words.includes(id))
  const namedPeers = allPeers.filter(({ name }) => words.some((word) => name.toLowerCase().includes(word)))
  const webSockets = words.includes('websockets')
  return {
    rows: namedRows.length > 0 || webSockets ? namedRows : allRows,
    peers: namedPeers.length > 0 ? namedPeers : allPeers,
    webSockets,
  }
}
