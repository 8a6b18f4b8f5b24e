import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
import { pinned, processesOf, residentMegabytes } from './cores.mjs'
import { switchyardCommand } from './peers/switchyard.mjs'
import { runPinned } from './running.mjs'

/**
 * @typedef {object} WebSocketFigures Of one worker of ours, in megabytes resident.
 * @property {number} wanted
 * @property {number} open
 * @property {number} failed
 * @property {number} asked How many were sent a text at the end.
 * @property {number} echoed How many gave it back.
 * @property {number} before With none.
 * @property {number} peak While they were opened, and after.
 * @property {number} idle With all of them open and idle for some seconds.
 * @property {number} openSeconds
 */

const wanted = 10_000
const mostMegabytes = 200
const settleMs = 8000
const longestMs = 180_000

/**
 * The memory that idle WebSockets take in one worker.
 *
 * @returns {Promise<WebSocketFigures>}
 */
export async function measureWebSockets() {
  const count = Math.min(wanted, Math.floor((openFilesLimit() - 500) / 2))
  console.log(`${count} idle WebSockets …`)
  const program = (/** @type {string} */ name) => new URL(`websockets/${name}.mjs`, import.meta.url).pathname
  const backend = await runPinned('rest', (_folder, port) => [process.execPath, program('backend'), `${port}`])
  try {
    const gateway = await runPinned('proxy', (folder, port) => switchyardCommand(folder, document(port, backend.port)))
    try {
      return await fill(gateway, count, program('clients'))
    } finally {
      await gateway.end()
    }
  } finally {
    await backend.end()
  }
}

/**
 * @param {import('./running.mjs').Running} gateway
 * @param {number} count
 * @param {string} clients
 */
async function fill({ port, group }, count, clients) {
  const memory = () =>
    processesOf(group)
      .filter((pid) => Number(pid) !== group)
      .reduce((sum, pid) => sum + residentMegabytes(pid), 0)
  await sleep(2000)
  const before = memory()
  let peak = before
  const watch = setInterval(() => {
    peak = Math.max(peak, memory())
  }, 250)

  const [command = '', ...args] = pinned('rest', [process.execPath, clients, `${port}`, `${count}`])
  const child = spawn(command, args, { stdio: ['pipe', 'pipe', 'inherit'] })
  const timer = setTimeout(() => child.kill('SIGKILL'), longestMs)
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  const heard = async () => {
    const { value } = await lines.next()
    if (!value) throw new Error('the clients ended without a result')
    return JSON.parse(value)
  }
  try {
    const began = performance.now()
    const { open, failed } = await heard()
    const openSeconds = (performance.now() - began) / 1000
    await sleep(settleMs)
    const idle = memory()
    child.stdin.write('ask\n')
    const { asked, echoed } = await heard()
    return { wanted, open, failed, asked, echoed, before, peak: Math.max(peak, idle), idle, openSeconds }
  } finally {
    clearInterval(watch)
    clearTimeout(timer)
    child.kill('SIGKILL')
  }
}

/** Whether the memory is within the goal, and every one was open and alive. */
export const webSocketsWell = (/** @type {WebSocketFigures} */ { open, wanted, asked, echoed, before, idle }) =>
  open >= wanted * 0.9 && echoed === asked && idle - before <= mostMegabytes * (open / wanted)

/** @param {WebSocketFigures} figures */
export function webSocketReport(figures) {
  const { open, failed, asked, echoed, before, peak, idle, openSeconds } = figures
  const more = idle - before
  return [
    `## ${wanted} idle WebSockets through one worker`,
    '',
    '| open | failed | echo | MB before | MB at the peak | MB idle | more | KB each | opened in |',
    '|--:|--:|--:|--:|--:|--:|--:|--:|--:|',
    `| ${[open, failed, `${echoed}/${asked}`, before.toFixed(0), peak.toFixed(0), idle.toFixed(0), more.toFixed(0), ((more * 1024) / Math.max(open, 1)).toFixed(1), `${openSeconds.toFixed(1)} s`].join(' | ')} |`,
    '',
    `Goal: at most ${mostMegabytes} MB more with ${wanted} than with none, each alive: ${webSocketsWell(figures) ? 'met' : 'missed'}.`,
    ...(open + failed < wanted
      ? [`Fewer than ${wanted}, in proportion: a process may not open more files here (ulimit -n ${openFilesLimit()}).`]
      : []),
    '',
  ]
}

/**
 * @param {number} port
 * @param {number} backend
 */
const document = (port, backend) => ({
  switchyard: 1,
  listeners: [{ id: 'web', address: '127.0.0.1', port, limits: { connections: 0 } }],
  upstreams: [{ id: 'sockets', targets: [{ id: 'a', url: `http://127.0.0.1:${backend}` }] }],
  routes: [{ id: 'sockets', forward: { upstream: 'sockets' } }],
})

/** Each process's, which Node raises to the highest allowed. */
function openFilesLimit() {
  const limit = /Max open files\s+\S+\s+(\S+)/.exec(readFileSync('/proc/self/limits', 'utf8'))?.[1]
  return limit === 'unlimited' ? 1_000_000 : Number(limit ?? 1024)
}
