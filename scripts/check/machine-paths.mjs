import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { root } from '../repository.mjs'

/** Folders of people's own machines, whoever they are. */
const personal = /(?<![\w.])(?:\/home\/[a-z][\w-]*\/|\/Users\/[A-Za-z][\w-]*\/|[A-Z]:\\Users\\)/
const binary = /\.(?:png|jpe?g|ico|woff2?|gz)$/

/**
 * The places in the files of the repository that name a folder of one machine.
 *
 * @returns {string[]}
 */
export function machinePathProblems() {
  const { status, stdout } = spawnSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
    cwd: root,
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  })
  // An unpacked archive is no working tree; there is nothing that could be committed.
  if (status !== 0) return []
  return stdout
    .split('\0')
    .filter((path) => path !== '' && !binary.test(path))
    .flatMap((path) => problemsIn(path, [`${root}/`, `${homedir()}/`]))
}

/**
 * @param {string} path
 * @param {string[]} own Of this machine.
 */
function problemsIn(path, own) {
  let text = ''
  try {
    text = readFileSync(join(root, path), 'utf8')
  } catch {
    // Removed from the working tree, not yet from the index.
  }
  return text
    .split('\n')
    .map((line, index) => ({ line, place: `${path}:${index + 1}` }))
    .filter(({ line }) => personal.test(line) || own.some((folder) => line.includes(folder)))
    .map(({ line, place }) => `${place} names a folder of one machine: ${line.trim().slice(0, 120)}`)
}
