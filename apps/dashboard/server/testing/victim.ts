import { type ChildProcessByStdio, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

const program = fileURLToPath(new URL('./die-in-the-middle.ts', import.meta.url))

/**
 * Makes one file of the program that dies in the middle, in this folder: it is started hundreds of times, and to load
 * it from its sources takes three times as long. What is native stays where it is.
 */
export async function bundleVictim(folder: string): Promise<string> {
  const outfile = join(folder, 'die-in-the-middle.mjs')
  await build({
    entryPoints: [program],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    conditions: ['source'],
    external: ['next'],
    // The file lies elsewhere: what it looks for beside itself, and what is native, is found from here.
    define: { 'import.meta.url': JSON.stringify(import.meta.url) },
    plugins: [{ name: 'native', setup: keepNative }],
    banner: {
      js: `import { createRequire as from } from 'node:module'; const require = from(${JSON.stringify(import.meta.url)})`,
    },
    logLevel: 'error',
  })
  return outfile
}

function keepNative({
  onResolve,
}: Parameters<NonNullable<Parameters<typeof build>[0]['plugins']>[number]['setup']>[0]) {
  onResolve({ filter: /^(better-sqlite3|@node-rs\/argon2)$/ }, ({ path }) => ({
    path: fileURLToPath(import.meta.resolve(path)),
    external: true,
  }))
}

export interface Victim {
  readonly child: ChildProcessByStdio<null, Readable, Readable>
  /** Resolves when it was killed; rejects when it ended by itself. */
  readonly killed: Promise<void>
}

export function startVictim(file: string, args: readonly string[]): Victim {
  const child = spawn(process.execPath, [file, ...args], { stdio: ['ignore', 'pipe', 'pipe'] })
  let complaints = ''
  child.stderr.on('data', (text) => {
    complaints += text
  })
  const killed = once(child, 'close').then(([code, signal]) => {
    if (signal !== 'SIGKILL') throw new Error(`It ended by itself, with ${code}:\n${complaints}`)
  })
  return { child, killed }
}
