import { onEndSignals } from '../processes/end-signals.mjs'
import { endRuns } from '../processes/run.mjs'
import { runProduct } from './run-product.mjs'
import { readSettings, takenPorts } from './settings.mjs'

/**
 * The life of `npm start` and `npm run dev`: ports are looked at before anything begins, one signal ends everything
 * and the exit code is 0, a second one ends it at once.
 *
 * @param {{
 *   prepare(say: (sentence: string) => void): Promise<void>,
 *   programs: import('./run-product.mjs').Programs,
 *   env: NodeJS.ProcessEnv,
 * }} session
 */
export async function runSession({ prepare, programs, env }) {
  // A terminal that was closed takes no more lines; the programs are ended all the same.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {})

  /** @type {ReturnType<typeof runProduct> | undefined} */
  let product
  let asked = false
  onEndSignals({
    end() {
      asked = true
      if (product) {
        console.log('\nEnding … (Ctrl-C again ends everything at once)')
        void product.end()
      } else {
        endRuns()
        process.exit(0)
      }
    },
    endNow() {
      if (product) product.endNow()
      else process.exit(1)
    },
  })

  try {
    const settings = await readSettings(process.env)
    const taken = await takenPorts(settings)
    if (taken.length > 0) throw new Error(taken.join('\n'))
    await prepare(console.log)
    if (asked) return
    product = runProduct(settings, programs, env)
    process.exitCode = await product.ended
  } catch (error) {
    console.error(error instanceof Error ? error.message : error)
    process.exitCode = 1
  }
}
