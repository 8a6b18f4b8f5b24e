import { spawnSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'

const canPin = availableParallelism() > 1 && spawnSync('taskset', ['--version']).status === 0
const allowed = canPin ? allowedCores() : []

/** The core of the proxy that is measured, and the one of the load and the backend; undefined when they can't be kept apart. */
export const cores = canPin ? { proxy: allowed[0] ?? 0, rest: allowed[1] ?? 1 } : undefined

/**
 * The command, kept to one core.
 *
 * @param {'proxy' | 'rest'} place
 * @param {string[]} command
 * @returns {string[]}
 */
export const pinned = (place, command) => (cores ? ['taskset', '-c', `${cores[place]}`, ...command] : command)

function allowedCores() {
  const list = /Cpus_allowed_list:\s*(\S+)/.exec(readFileSync('/proc/self/status', 'utf8'))?.[1] ?? '0-1'
  return list.split(',').flatMap((part) => {
    const [from = 0, to = from] = part.split('-').map(Number)
    return Array.from({ length: to - from + 1 }, (_, index) => from + index)
  })
}

/**
 * The processes of a group that are alive.
 *
 * @param {number} group
 */
export function processesOf(group) {
  // proc(5): after the command in parentheses come state, ppid, pgrp.
  return readdirSync('/proc').filter((name) => /^\d+$/.test(name) && Number(statOf(name)[2]) === group)
}

/**
 * The processor time that processes have used, in seconds: user and system, of every thread alive. From `schedstat`,
 * which counts nanoseconds: the ticks of `stat` are too coarse for a second's worth of a light load.
 *
 * @param {string[]} pids
 */
export function cpuSeconds(pids) {
  let nanoseconds = 0
  for (const pid of pids) {
    for (const task of list(`/proc/${pid}/task`)) {
      nanoseconds += Number(read(`/proc/${pid}/task/${task}/schedstat`).split(' ')[0] ?? 0)
    }
  }
  return nanoseconds / 1e9
}

/**
 * The memory of a process that is resident, in megabytes.
 *
 * @param {string} pid
 */
export const residentMegabytes = (pid) => Number(/VmRSS:\s*(\d+) kB/.exec(read(`/proc/${pid}/status`))?.[1] ?? 0) / 1024

/** @param {string} pid */
function statOf(pid) {
  const text = read(`/proc/${pid}/stat`)
  return text.slice(text.lastIndexOf(')') + 2).split(' ')
}

/** @param {string} path */
function read(path) {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return '' // It has ended meanwhile.
  }
}

/** @param {string} path */
function list(path) {
  try {
    return readdirSync(path)
  } catch {
    return []
  }
}
