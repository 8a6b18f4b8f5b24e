import { accessSync, constants, existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { run } from '../processes/run.mjs'

/** Debian's names first: that browser is the one whose packages are complete. */
const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable']

/**
 * The Chromium for the browser tests: the one `CHROMIUM_PATH` names, one on the path, or the one Playwright has
 * downloaded. Undefined when there is none.
 *
 * @returns {Promise<string | undefined>}
 */
export async function findBrowser() {
  const chosen = process.env['CHROMIUM_PATH']
  if (chosen) return chosen
  for (const folder of (process.env['PATH'] ?? '').split(delimiter)) {
    for (const name of names) if (isProgram(join(folder, name))) return join(folder, name)
  }
  const { chromium } = await import('@playwright/test')
  const downloaded = chromium.executablePath()
  return existsSync(downloaded) ? downloaded : undefined
}

/**
 * Finds a browser, or installs one: Debian's where we may, else Playwright's.
 *
 * @param {(sentence: string) => void} say
 * @returns {Promise<string | undefined>}
 */
export async function installBrowser(say) {
  const found = await findBrowser()
  if (found) return found
  say('Installing a browser for the browser tests …')
  if (process.getuid?.() === 0 && existsSync('/usr/bin/apt-get')) {
    await installPackages(['chromium'])
  } else {
    await run(process.execPath, ['node_modules/@playwright/test/cli.js', 'install', 'chromium'], {
      timeoutMs: 5 * 60_000,
    })
  }
  return findBrowser()
}

/** @param {string[]} packages Of Debian. */
async function installPackages(packages) {
  const env = { DEBIAN_FRONTEND: 'noninteractive' }
  const timeoutMs = 5 * 60_000
  await run('apt-get', ['update', '-qq'], { env, timeoutMs })
  await run('apt-get', ['install', '-y', '-qq', '--no-install-recommends', ...packages], { env, timeoutMs })
}

/** @param {string} path */
function isProgram(path) {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}
