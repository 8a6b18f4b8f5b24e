/**
 * `npm run check`: types, lint, format, import directions, dead code, and what must not be in the repository. Every
 * step runs; what a step has to say is printed when it fails.
 */
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { lockFileProblems } from './check/lock-file.mjs'
import { machinePathProblems } from './check/machine-paths.mjs'
import { alone } from './prepare/alone.mjs'
import { generate } from './prepare/build.mjs'
import { installPackages } from './prepare/install.mjs'
import { requireNode } from './prepare/node-version.mjs'
import { root } from './repository.mjs'

requireNode()

const projects = [
  'packages/core',
  'packages/middleware',
  'packages/client',
  'apps/dataplane',
  'apps/dashboard',
  'apps/dashboard/server',
  'tests',
  'tsconfig.json',
]

/** @typedef {{ name: string, run(): Promise<string[]> }} Step Gives what is wrong; nothing when all is well. */

/** @type {Step[]} */
const steps = [
  { name: 'dead code', run: () => program('node_modules/knip/bin/knip.js', ['--no-progress']) },
  {
    name: 'lint, format, import directions',
    run: () => program('node_modules/@biomejs/biome/bin/biome', ['ci', '--error-on-warnings', '--max-diagnostics=100']),
  },
  ...projects.map((project) => ({
    name: `types of ${project}`,
    run: () => program('node_modules/typescript/bin/tsc', ['--noEmit', '--pretty', 'false', '-p', project]),
  })),
  { name: 'lock file', run: async () => lockFileProblems() },
  { name: 'paths of one machine', run: async () => machinePathProblems() },
]

try {
  await alone(async () => {
    await installPackages(console.log)
    await generate()
  }, console.log)
  const failed = await runAll(steps)
  if (failed > 0) console.error(`\n${failed} of ${steps.length} checks failed.`)
  process.exitCode = failed > 0 ? 1 : 0
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = 1
}

/**
 * @param {Step[]} all
 * @returns {Promise<number>} How many failed.
 */
async function runAll(all) {
  const waiting = [...all]
  let failed = 0
  await Promise.all(
    Array.from({ length: availableParallelism() + 1 }, async () => {
      for (let step = waiting.shift(); step; step = waiting.shift()) {
        const began = performance.now()
        const problems = await step.run()
        if (problems.length > 0) failed++
        const seconds = ((performance.now() - began) / 1000).toFixed(1)
        console.log(`${problems.length > 0 ? '✗' : '✓'} ${step.name} (${seconds} s)`)
        if (problems.length > 0) console.log(problems.join('\n'))
      }
    }),
  )
  return failed
}

/**
 * @param {string} file Of the Node program, from the top folder.
 * @param {string[]} args
 * @returns {Promise<string[]>}
 */
function program(file, args) {
  if (!existsSync(join(root, file))) return Promise.resolve([`${file} is not installed`])
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [file, ...args], { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] })
    let output = ''
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8')
      stream.on('data', (text) => {
        output += text
      })
    }
    child.once('error', (error) => resolve([error.message]))
    child.once('close', (code) => resolve(code === 0 ? [] : [output.trim() || `ended with code ${code}`]))
  })
}
