/** Compiles `packages/core` again whenever one of its sources changes; run by `npm run dev`. */
import { watch } from 'node:fs'
import { join } from 'node:path'
import { run } from './processes/run.mjs'
import { root } from './repository.mjs'

/** An editor that saves several files, or one in two steps, causes one run. */
const quietMs = 200

let compiling = Promise.resolve()
/** @type {NodeJS.Timeout | undefined} */
let timer

watch(join(root, 'packages', 'core', 'src'), { recursive: true }, () => {
  clearTimeout(timer)
  timer = setTimeout(() => {
    compiling = compiling.then(compile)
  }, quietMs)
})

async function compile() {
  const code = await run(process.execPath, [
    'node_modules/typescript/bin/tsc',
    '-p',
    'packages/core/tsconfig.build.json',
  ])
  if (code === 0) console.log('compiled')
}
