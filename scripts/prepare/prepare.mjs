import { alone } from './alone.mjs'
import { buildStale } from './build.mjs'
import { installPackages } from './install.mjs'

/**
 * Brings a working tree to where its programs can run: packages installed, everything built.
 *
 * @param {(sentence: string) => void} say
 */
export async function prepare(say) {
  await alone(async () => {
    await installPackages(say)
    await buildStale(say)
  }, say)
}
