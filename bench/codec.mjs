// How long the HTTP/1.1 codec of the data plane takes for heads and bodies: `node bench/codec.mjs`.
import { spawnSync } from 'node:child_process'
import { root } from '../scripts/repository.mjs'

const program = 'apps/dataplane/src/traffic/http1/codec/testing/speed.ts'
const { status } = spawnSync(
  process.execPath,
  ['--conditions=source', '--import', 'tsx', program, ...process.argv.slice(2)],
  {
    cwd: root,
    stdio: 'inherit',
  },
)
process.exitCode = status ?? 1
