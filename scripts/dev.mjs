/**
 * `npm run dev`: the same as `npm start`, from source, reloading on change: the pages in place, the control plane's
 * server and the node by starting anew.
 */

import { alone } from './prepare/alone.mjs'
import { installPackages } from './prepare/install.mjs'
import { requireNode } from './prepare/node-version.mjs'
import { runSession } from './product/session.mjs'

const fromSource = ['node_modules/tsx/dist/cli.mjs', 'watch', '--clear-screen=false', '--conditions=source']

requireNode()
await runSession({
  prepare: (say) => alone(() => installPackages(say), say),
  programs: {
    control: [...fromSource, 'apps/dashboard/server/main.ts', '--dev'],
    node: [...fromSource, 'apps/dataplane/src/main.ts'],
  },
  env: { NODE_ENV: 'development', NEXT_TELEMETRY_DISABLED: '1' },
})
