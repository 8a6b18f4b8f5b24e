import { monitorEventLoopDelay } from 'node:perf_hooks'

/** What a process tells about itself. */
export interface ProcessState {
  /** Bytes. */
  readonly heapUsed: number
  /** Bytes. */
  readonly rss: number
  /** How late the event loop was: the 99th percentile since the last look, in milliseconds. */
  readonly loopDelayMs: number
  /** CPU time since its start, in seconds. */
  readonly cpuSeconds: number
}

/** The sampling timer of the histogram is itself in what it measures. */
const resolutionMs = 100

/** Begins to watch this process; each call of what it returns is a look. */
export function watchProcess(): () => ProcessState {
  const delay = monitorEventLoopDelay({ resolution: resolutionMs })
  delay.enable()
  return () => {
    const { heapUsed, rss } = process.memoryUsage()
    const late = delay.count === 0 ? 0 : delay.percentile(99) / 1e6 - resolutionMs
    delay.reset()
    const { user, system } = process.cpuUsage()
    const cpuSeconds = (user + system) / 1e6
    return { heapUsed, rss, loopDelayMs: Math.round(Math.max(0, late) * 100) / 100, cpuSeconds }
  }
}
