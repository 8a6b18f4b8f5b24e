import { readFileSync } from 'node:fs'
import { collectGarbage, evaluate } from './collect-garbage.ts'
import type { Program } from './program.ts'

/** Bytes of one process after its garbage has been collected. */
export interface Memory {
  /** JavaScript heap, and what it holds outside of it: buffers and native objects. */
  readonly held: number
  readonly rss: number
}

/** The program is to be started with `collectable()` in its environment. */
export async function memoryOf(program: Program, pid: number): Promise<Memory> {
  // What only a finaliser lets go of is gone after the second time.
  await collectGarbage(program, pid)
  await collectGarbage(program, pid)
  const { heapUsed, external, rss } = await evaluate<NodeJS.MemoryUsage>(program, pid, 'process.memoryUsage()')
  // `external` has the array buffers in it.
  return { held: heapUsed + external, rss }
}

/** Memory of a process that is in use at this moment, without asking the process; undefined where the system does not tell. */
export function residentOf(pid: number): number | undefined {
  try {
    const kilobytes = /^VmRSS:\s*(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]
    return kilobytes === undefined ? undefined : Number(kilobytes) * 1024
  } catch {
    return undefined
  }
}

export const megabyte = 1_048_576
export const inMegabytes = (bytes: number): string => `${(bytes / megabyte).toFixed(1)} MB`
