import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { root } from './program.ts'

export interface Ended {
  code: number | null
  out: string
  err: string
}

/** A command as it runs: what it has said so far, and how it ended. */
export interface Running {
  pid: number
  stdout: NodeJS.ReadableStream & { destroy(): unknown }
  said(): { out: string; err: string }
  signal(signal: NodeJS.Signals): void
  ended: Promise<Ended>
}

const bin = `${root}/packages/client/bin/switchyard.mjs`

/** `switchyard ARGS`, in a process of its own that knows nothing but what `env` says. */
export function startCli(args: readonly string[], env: Record<string, string>, input: string | Buffer = ''): Running {
  const child = spawn(process.execPath, [bin, ...args], {
    env: { PATH: process.env['PATH'] ?? '', ...env },
    stdio: ['pipe', 'pipe', 'pipe'],
    timeout: 120_000,
  })
  let out = ''
  let err = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    out += text
  })
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    err += text
  })
  // A command that needs no input may have ended before it was written.
  child.stdin.on('error', () => {})
  child.stdin.end(input)
  return {
    pid: child.pid ?? 0,
    stdout: child.stdout,
    said: () => ({ out, err }),
    signal: (signal) => void child.kill(signal),
    ended: once(child, 'close').then(([code]) => ({ code: code as number | null, out, err })),
  }
}

export const cli = (args: readonly string[], env: Record<string, string>, input?: string | Buffer): Promise<Ended> =>
  startCli(args, env, input).ended
