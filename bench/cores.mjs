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

const ticksPerSecond = Number(spawnSync('getconf', ['CLK_TCK'], { encoding: 'utf8' }).stdout) || 100

/**
 * The processor time that a process group has used, in seconds: user and system, of every process alive in it.
 *
 * @param {number} group
 */
export function cpuSeconds(group) {
  let ticks = 0
  for (const pid of readdirSync('/proc')) {
    if (!/^\d+$/.test(pid)) continue
    // proc(5): after the command in parentheses come state, ppid, pgrp, …; utime and stime are fields 14 and 15.
    const fields = readStat(pid).split(' ')
    if (Number(fields[2]) === group) ticks += Number(fields[11]) + Number(fields[12])
  }
  return ticks / ticksPerSecond
}

/** @param {string} pid */
function readStat(pid) {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8')
    return text.slice(text.lastIndexOf(')') + 2)
  } catch {
    return ''
  }
}
