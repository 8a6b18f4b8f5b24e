/**
 * `npm run bench`: processor time per request and throughput on one core, ours beside the proxies that are installed.
 * `npm run bench -- --seconds 2 --rounds 5 small tls switchyard nginx` measures longer, only these rows and peers;
 * `npm run bench -- websockets` the memory of idle WebSockets, `npm run bench -- balancers` what picks take; with `--gate`, the exit code is 1 when a goal is not met.
 */
import { existsSync } from 'node:fs'
import { requireNode } from './prepare/node-version.mjs'
import { prepare } from './prepare/prepare.mjs'
import { onEndSignals } from './processes/end-signals.mjs'

requireNode()
const end = () => process.exit(1)
onEndSignals({ end, endNow: end })

if (!existsSync('/proc/self/schedstat')) {
  console.error('The bench reads processor times from /proc/…/schedstat, which only Linux has.')
  process.exit(1)
}
try {
  await prepare(console.log)
  if (process.argv[2] === 'balancers') await import('../bench/balancers.mjs')
  else {
    const { bench } = await import('../bench/run.mjs')
    if (!(await bench(process.argv.slice(2)))) process.exitCode = 1
  }
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = 1
}
