import { readdirSync, readFileSync } from 'node:fs'

/** Files and sockets that a process has open (proc(5)); undefined where the system does not tell. */
export function descriptorsOf(pid: number): number | undefined {
  try {
    return readdirSync(`/proc/${pid}/fd`).length
  } catch {
    return undefined
  }
}

/** How many of them a process that we start may have; Node takes as many as the system gives. */
export function descriptorLimit(): number {
  try {
    const limit = /^Max open files +\d+ +(\d+)/m.exec(readFileSync('/proc/self/limits', 'utf8'))?.[1]
    return limit === undefined ? Number.POSITIVE_INFINITY : Number(limit)
  } catch {
    return 10_000
  }
}
