import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { run } from '../processes/run.mjs'
import { root } from '../repository.mjs'

const modules = join(root, 'node_modules')
const stamp = join(modules, '.switchyard', 'installed')
const lockFile = join(root, 'package-lock.json')

/**
 * Installs the packages when they are missing, when the lock file has changed since, or when another Node has come,
 * for which native modules must be compiled anew. The stamp is written last, and `npm ci` begins by removing it with
 * everything else: an install that was broken off counts as none.
 *
 * @param {(sentence: string) => void} say
 */
export async function installPackages(say) {
  const lock = createHash('sha256').update(readFileSync(lockFile)).digest('hex')
  const platform = `${process.platform} ${process.arch} ${process.versions.modules}`
  const [stampedLock, stampedPlatform] = existsSync(stamp) ? readFileSync(stamp, 'utf8').split('\n') : []
  const samePlatform = stampedPlatform === undefined || stampedPlatform === platform
  if (stampedLock === lock && samePlatform) return

  if (!samePlatform || !isAsLocked()) {
    say('Installing packages (a minute or two) …')
    const [command, ...args] = npm()
    const code = await run(command, [...args, 'ci', '--include=dev', '--no-audit', '--no-fund', '--loglevel=error'], {
      timeoutMs: 15 * 60_000,
    })
    if (code !== 0) throw new Error(`npm ci ended with code ${code}; what it printed above says why.`)
  }
  mkdirSync(dirname(stamp), { recursive: true })
  writeFileSync(stamp, `${lock}\n${platform}`)
}

/**
 * Whether an install made by hand (`npm install`) is what the lock file says. npm notes what it has installed in a
 * lock file inside `node_modules`, after everything else.
 */
function isAsLocked() {
  try {
    const wanted = packagesOf(lockFile)
    const have = packagesOf(join(modules, '.package-lock.json'))
    return Object.entries(wanted)
      .filter(([path]) => path.startsWith('node_modules/'))
      .every(([path, entry]) => have[path]?.version === entry.version || (!have[path] && entry.optional === true))
  } catch {
    return false
  }
}

/**
 * @param {string} file
 * @returns {Record<string, { version?: string, optional?: boolean }>}
 */
function packagesOf(file) {
  return JSON.parse(readFileSync(file, 'utf8')).packages
}

/**
 * The npm that runs this script, so that a version chosen by the user stays chosen.
 *
 * @returns {[string, ...string[]]}
 */
function npm() {
  const path = process.env['npm_execpath']
  return path?.endsWith('.js') ? [process.execPath, path] : ['npm']
}
