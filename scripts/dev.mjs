/**
 * `npm run dev`: the same as `npm start`, from source, reloading on change: the pages in place, the control plane's
 * server and the node by starting anew. Pages cannot be told to take other packages from source, so core is compiled
 * as it changes.
 */

import { alone } from './prepare/alone.mjs'
import { buildForPages, generate } from './prepare/build.mjs'
import { installPackages } from './prepare/install.mjs'
import { requireNode } from './prepare/node-version.mjs'
import { runSession } from './product/session.mjs'

const fromSource = ['node_modules/tsx/dist/cli.mjs', 'watch', '--clear-screen=false', '--conditions=source']

requireNode()
await runSession({
  prepare,
  programs: {
    control: [...fromSource, 'apps/dashboard/server/main.ts', '--dev'],
    node: [...fromSource, 'apps/dataplane/src/main.ts'],
    compiler: ['scripts/compile-core.mjs'],
  },
  env: { NODE_ENV: 'development', NEXT_TELEMETRY_DISABLED: '1' },
})

/** @param {(sentence: string) => void} say */
function prepare(say) {
  return alone(async () => {
    await installPackages(say)
    await generate()
    await buildForPages()
  }, say)
}
