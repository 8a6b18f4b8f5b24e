import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { cpuSeconds, pinned, processesOf } from './cores.mjs'

/**
 * @typedef {object} Round One proxy under one row, once.
 * @property {number} cpuMicros Processor time per request at the row's rate, in microseconds, of all its processes.
 * @property {number} perSecond Requests a second that it took of that rate.
 * @property {number} p50Ms Latency at that rate.
 * @property {number} p99Ms
 * @property {number} fullPerSecond Requests a second with as many as it takes.
 * @property {number} fullCpuMicros Processor time per request then.
 * @property {number} busy The share of its core that it used then; well below 1, it was waiting for the load.
 * @property {number} errors In both.
 *
 * @typedef {import('./running.mjs').Running} Running
 * @typedef {import('./rows.mjs').Row} Row
 */

const connections = 32
const warmMs = 250
export const hasWrk = spawnSync('wrk', ['-v']).error === undefined

/**
 * At full load first, so that what comes after finds the program warm; and then at the row's rate.
 *
 * @param {Running} proxy
 * @param {Row} row
 * @param {number} seconds Of each.
 * @returns {Promise<Round>}
 */
export async function measureRound(proxy, row, seconds) {
  const full = hasWrk ? await wrk(proxy, row, seconds) : await load(proxy, row, 0, seconds)
  const paced = await load(proxy, row, row.rate, seconds)
  const errors = paced.errors + full.errors
  const requests = paced.requests + full.requests
  if (errors > requests / 100) throw new Error(`${errors} errors in ${requests} requests`)
  return {
    cpuMicros: (paced.cpu / paced.requests) * 1e6,
    perSecond: paced.requests / paced.seconds,
    p50Ms: paced.p50Ms,
    p99Ms: paced.p99Ms,
    fullPerSecond: full.requests / full.seconds,
    fullCpuMicros: (full.cpu / full.requests) * 1e6,
    busy: full.cpu / full.seconds,
    errors,
  }
}

/**
 * Our own load, at a rate or (0) as fast as it goes.
 *
 * @param {Running} proxy
 * @param {Row} row
 * @param {number} rate
 * @param {number} seconds
 */
async function load({ port, group }, { requests, setup, closing }, rate, seconds) {
  /** @type {import('./load.mjs').Order} */
  const order = { port, requests, connections, tls: setup === 'tls', closing, rate, warmMs, ms: seconds * 1000 }
  const [program = '', ...args] = pinned('rest', [process.execPath, new URL('load.mjs', import.meta.url).pathname])
  const child = spawn(program, args, { stdio: ['pipe', 'pipe', 'inherit'] })
  const timer = setTimeout(() => child.kill('SIGKILL'), warmMs + seconds * 1000 + 10_000)
  child.stdin.end(JSON.stringify(order))
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  try {
    await lines.next()
    const pids = processesOf(group)
    const before = cpuSeconds(pids)
    const { value } = await lines.next()
    const cpu = cpuSeconds(pids) - before
    if (!value) throw new Error('the load ended without a result')
    /** @type {import('./load.mjs').Outcome} */
    const outcome = JSON.parse(value)
    if (outcome.requests === 0) throw new Error('not one request was answered')
    return { ...outcome, cpu }
  } finally {
    clearTimeout(timer)
    child.kill('SIGKILL')
  }
}

/**
 * wrk, with one thread on as many connections, sending the very same bytes.
 *
 * @param {Running} proxy
 * @param {Row} row
 * @param {number} seconds
 */
async function wrk({ port, folder, group }, { requests, setup }, seconds) {
  const script = join(folder, 'requests.lua')
  writeFileSync(script, luaOf(requests))
  const url = `${setup === 'tls' ? 'https' : 'http'}://127.0.0.1:${port}`
  const [program = '', ...args] = pinned('rest', ['wrk', '-t1', `-c${connections}`, `-d${seconds}s`, '-s', script, url])
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'inherit'] })
  const timer = setTimeout(() => child.kill('SIGKILL'), seconds * 1000 + 10_000)
  const pids = processesOf(group)
  const before = cpuSeconds(pids)
  let said = ''
  child.stdout.on('data', (chunk) => {
    said += chunk
  })
  await once(child, 'close')
  clearTimeout(timer)
  return { ...readWrk(said), cpu: cpuSeconds(pids) - before }
}

/**
 * A script that has wrk send these in turn. A string of JSON is one of Lua, too, as long as it is printable ASCII with
 * the usual escapes.
 *
 * @param {string[]} requests
 */
const luaOf = (requests) => `local requests = { ${requests.map((request) => JSON.stringify(request)).join(', ')} }
local turn = 0
function request()
  turn = turn % #requests + 1
  return requests[turn]
end
`

/** @param {string} said */
function readWrk(said) {
  const [, requests, took] = /(\d+) requests in ([\d.]+)s/.exec(said) ?? []
  const socketErrors = /Socket errors: (.*)/.exec(said)?.[1] ?? ''
  if (!requests || requests === '0') throw new Error(`wrk had no answer (${socketErrors || said.trim()})`)
  const sockets = [...socketErrors.matchAll(/\d+/g)].map(Number)
  const statuses = Number(/Non-2xx or 3xx responses: (\d+)/.exec(said)?.[1] ?? 0)
  const errors = sockets.reduce((sum, count) => sum + count, statuses)
  return { requests: Number(requests), seconds: Number(took), errors }
}
