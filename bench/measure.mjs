import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
import { findPort } from '../scripts/processes/ports.mjs'
import { cpuSeconds, pinned } from './cores.mjs'
import { nginx } from './peers.mjs'
import { wire } from './requests.mjs'

/**
 * @typedef {object} Measured One proxy under one kind of request.
 * @property {number} cpuMicros Processor time per request at the fixed rate, in microseconds.
 * @property {number} p50Ms Latency at the fixed rate.
 * @property {number} p99Ms
 * @property {number} requestsPerSecond As many as it takes.
 * @property {number} busy The share of its core that it used then; well below 1, it was waiting for the load.
 * @property {number} errors In both.
 *
 * @typedef {object} Running
 * @property {number} port
 * @property {number} group The process group, to read processor time by.
 * @property {() => Promise<void>} end
 */

const connections = 32
const warmMs = 1500

/**
 * Runs a program pinned to a core until it accepts connections, in a folder of its own.
 *
 * @param {'proxy' | 'rest'} place
 * @param {(folder: string, port: number) => string[]} command
 * @returns {Promise<Running>}
 */
export async function runPinned(place, command) {
  const folder = mkdtempSync(join(tmpdir(), 'switchyard-bench-'))
  const port = await findPort()
  const [program = '', ...args] = pinned(place, command(folder, port))
  const env = { ...process.env, HOME: folder, XDG_DATA_HOME: folder, XDG_CONFIG_HOME: folder, NODE_ENV: 'production' }
  const child = spawn(program, args, { detached: true, cwd: folder, env, stdio: ['ignore', 'pipe', 'pipe'] })
  let said = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk) => {
      said = `${said}${chunk}`.slice(-2000)
    })
  }
  const group = child.pid ?? 0
  const exited = new Promise((resolve) => {
    child.once('exit', resolve)
    child.once('error', resolve)
  })
  const killGroup = () => {
    try {
      process.kill(-group, 'SIGKILL')
    } catch {
      // Nothing of it is left.
    }
  }
  process.once('exit', killGroup)

  async function end() {
    child.kill('SIGTERM')
    await Promise.race([exited, sleep(3000)])
    killGroup()
    process.off('exit', killGroup)
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 })
  }

  for (const deadline = Date.now() + 15_000; ; await sleep(50)) {
    if (await accepts(port)) return { port, group, end }
    if (child.exitCode !== null || Date.now() > deadline) {
      await end()
      throw new Error(`it does not serve: ${said.trim()}`)
    }
  }
}

/** A backend for all of them: nginx where it is installed, since nothing else leaves as much of the core to the load. */
export function runBackend() {
  const hasNginx = spawnSync('nginx', ['-v']).status === 0
  return runPinned('rest', (folder, port) =>
    hasNginx
      ? nginx(folder, `server { listen 127.0.0.1:${port}; location / { return 200 "Hello from the bench.\\n"; } }`)
      : [process.execPath, new URL('backend.mjs', import.meta.url).pathname, `${port}`],
  )
}

/**
 * @param {Running} proxy
 * @param {import('./requests.mjs').Row} row
 * @param {{ rate: number, seconds: number }} how
 * @returns {Promise<Measured>}
 */
export async function measure(proxy, row, { rate, seconds }) {
  const paced = await load(proxy, row, rate, seconds)
  const full = hasWrk ? await wrk(proxy, row, seconds) : await load(proxy, row, 0, seconds)
  return {
    cpuMicros: (paced.cpu / paced.requests) * 1e6,
    p50Ms: paced.p50Ms,
    p99Ms: paced.p99Ms,
    requestsPerSecond: full.requests / full.seconds,
    busy: full.cpu / full.seconds,
    errors: paced.errors + full.errors,
  }
}

/**
 * Our own load, at a rate or (0) as fast as it goes.
 *
 * @param {Running} proxy
 * @param {import('./requests.mjs').Row} row
 * @param {number} rate
 * @param {number} seconds
 */
async function load({ port, group }, row, rate, seconds) {
  const order = { port, request: wire(row), connections, rate, warmMs, ms: seconds * 1000 }
  const [program = '', ...args] = pinned('rest', [
    process.execPath,
    new URL('load.mjs', import.meta.url).pathname,
    JSON.stringify(order),
  ])
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'inherit'] })
  const timer = setTimeout(() => child.kill('SIGKILL'), warmMs + seconds * 1000 + 10_000)
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  try {
    await lines.next()
    const before = cpuSeconds(group)
    const { value } = await lines.next()
    const cpu = cpuSeconds(group) - before
    if (!value) throw new Error('the load ended without a result')
    const result = /** @type {{ requests: number, seconds: number, errors: number, p50Ms: number, p99Ms: number }} */ (
      JSON.parse(value)
    )
    if (result.requests === 0) throw new Error('not one request was answered')
    return { ...result, cpu }
  } finally {
    clearTimeout(timer)
    child.kill('SIGKILL')
  }
}

export const hasWrk = spawnSync('wrk', ['-v']).error === undefined

/**
 * wrk, with one thread on as many connections.
 *
 * @param {Running} proxy
 * @param {import('./requests.mjs').Row} row
 * @param {number} seconds
 */
async function wrk({ port, group }, row, seconds) {
  const fields = [['Host', 'bench.example'], ...row.headers].flatMap(([name, value]) => ['-H', `${name}: ${value}`])
  const args = ['wrk', '-t1', `-c${connections}`, `-d${seconds}s`, ...fields, `http://127.0.0.1:${port}/bench`]
  const [program = '', ...rest] = pinned('rest', args)
  const child = spawn(program, rest, { stdio: ['ignore', 'pipe', 'inherit'] })
  const timer = setTimeout(() => child.kill('SIGKILL'), seconds * 1000 + 10_000)
  const before = cpuSeconds(group)
  let said = ''
  child.stdout.on('data', (chunk) => {
    said += chunk
  })
  await once(child, 'close')
  clearTimeout(timer)
  const cpu = cpuSeconds(group) - before
  const [, requests, took] = /(\d+) requests in ([\d.]+)s/.exec(said) ?? []
  if (!requests) throw new Error(`wrk: ${said}`)
  const sockets = [...(/Socket errors: (.*)/.exec(said)?.[1] ?? '').matchAll(/\d+/g)].map(Number)
  const statuses = Number(/Non-2xx or 3xx responses: (\d+)/.exec(said)?.[1] ?? 0)
  const errors = sockets.reduce((sum, count) => sum + count, statuses)
  return { requests: Number(requests), seconds: Number(took), cpu, errors }
}

/** @param {number} port */
function accepts(port) {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1')
    socket.once('connect', () => resolve(true))
    socket.once('error', () => resolve(false))
    socket.once('connect', () => socket.destroy())
  })
}
