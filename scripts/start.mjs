/**
 * `npm start`: installs what is missing, builds what is stale, then runs a control plane with its dashboard, one
 * data-plane node and two demo backends until asked to end. README.md lists the variables that choose the ports.
 */
import { requireNode } from './prepare/node-version.mjs'
import { prepare } from './prepare/prepare.mjs'
import { runSession } from './product/session.mjs'

requireNode()
await runSession({
  prepare,
  programs: {
    control: ['apps/dashboard/bin/switchyard-control.mjs'],
    node: ['apps/dataplane/bin/switchyard-dataplane.mjs'],
  },
  env: { NODE_ENV: 'production' },
})
