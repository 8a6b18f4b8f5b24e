/**
 * `npm run soak`: a thousand publishes, ten a second, while requests, WebSockets, downloads, uploads and events go
 * through the node, then the memory of 10,000 idle WebSockets and of slow clients, at full size; `npm test` runs the same
 * in a short form. `npm run soak -- --minutes 30 --publishes 5000 --seed 7` goes on for longer; `--rate 10` publishes,
 * `--requests 500` and `--connections 50` a second, `--websockets 10000`; words choose test files (soak, memory).
 *
 * Ends with exit code 1 when a request failed, a connection was closed, or something was left behind.
 */
import { parseArgs } from 'node:util'
import { requireNode } from './prepare/node-version.mjs'
import { prepare } from './prepare/prepare.mjs'
import { onEndSignals } from './processes/end-signals.mjs'
import { run } from './processes/run.mjs'

requireNode()
const end = () => process.exit(1)
onEndSignals({ end, endNow: end })

const number = /** @type {const} */ ({ type: 'string' })
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    minutes: number,
    publishes: number,
    rate: number,
    requests: number,
    connections: number,
    megabytes: number,
    websockets: number,
    seed: number,
  },
})
const given = Object.fromEntries(
  Object.entries(values).map(([name, text]) => {
    if (!/^\d+(?:\.\d+)?$/.test(text ?? '')) throw new Error(`--${name} takes a number, not ${text}.`)
    return [name, Number(text)]
  }),
)
const publishes = given['publishes'] ?? 1000
const publishesPerSecond = given['rate'] ?? 10
const seconds = Math.max((given['minutes'] ?? 0) * 60, publishes / publishesPerSecond)
const options = {
  seconds,
  publishes,
  publishesPerSecond,
  keptAlivePerSecond: given['requests'] ?? 500,
  freshPerSecond: given['connections'] ?? 50,
  downloadMegabytes: given['megabytes'] ?? 100,
  seed: given['seed'] ?? Date.now() % 1_000_000,
  webSockets: given['websockets'] ?? 10_000,
  slowSeconds: 30,
}

try {
  await prepare(console.log)
  const files = positionals.length > 0 ? positionals : ['tests/soak.test.ts', 'tests/memory.test.ts']
  const cli = 'node_modules/vitest/vitest.mjs'
  const vitest = [cli, 'run', '--project', 'system', '--disable-console-intercept=true', ...files]
  // Two descriptors for each WebSocket are more than most systems let a process have, unless it asks.
  const shell = ['-c', 'ulimit -n 65536 2>/dev/null; exec "$@"', 'sh', process.execPath, ...vitest]
  process.exitCode = await run('/bin/sh', shell, { env: { SOAK_OPTIONS: JSON.stringify(options) } })
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = 1
}
