/**
 * `npm run bench`: processor time per request and throughput on one core, ours beside the proxies that are installed.
 * `npm run bench -- --seconds 10 switchyard nginx` measures longer, and only these.
 */
import { requireNode } from './prepare/node-version.mjs'
import { prepare } from './prepare/prepare.mjs'
import { onEndSignals } from './processes/end-signals.mjs'

requireNode()
const end = () => process.exit(1)
onEndSignals({ end, endNow: end })

if (process.platform !== 'linux') {
  console.error('The bench reads processor times from /proc, which only Linux has.')
  process.exit(1)
}
try {
  await prepare(console.log)
  const { bench } = await import('../bench/run.mjs')
  await bench(process.argv.slice(2))
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = 1
}
