import { SwitchyardError } from '@switchyard/core/errors'
import { type ControlPlane, startControlPlane } from '../control-plane.ts'
import { readOptions } from '../options.ts'
import { changes, isChange } from './changes.ts'

/**
 * A program for tests: changes what serves in the database of HOME, and kills itself.
 *
 * `HOME CHANGE NUMBER` dies before the statement of that number of one change, or once it was answered where it has
 * fewer. `HOME endless SEED` makes one change after the other until it is killed; it says `begun` after the first.
 */
const [home = '', action = '', number = ''] = process.argv.slice(2)
const silent = { debug() {}, info() {}, warn() {}, error() {} }
const die = () => process.kill(process.pid, 'SIGKILL')

let statements = Number.NEGATIVE_INFINITY
const options = readOptions(['--port', '0'], { SWITCHYARD_HOME: home, SWITCHYARD_UI: 'off' })
const control = await startControlPlane(options, silent, {
  onStatement() {
    if (++statements === Number(number)) die()
  },
})
if (isChange(action)) {
  const change = await changes[action](control.services)
  statements = 0
  await change()
  die()
}
await goOn(control, Number(number))

async function goOn({ services }: ControlPlane, seed: number): Promise<never> {
  const all = Object.values(changes)
  for (let step = seed; ; step++) {
    const change = await all[step % all.length]?.(services)
    await change?.().catch((error: unknown) => {
      // Such as a roll-back to what serves.
      if (!(error instanceof SwitchyardError)) throw error
    })
    if (step === seed) process.stdout.write('begun\n')
  }
}
