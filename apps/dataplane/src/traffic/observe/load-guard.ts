import { monitorEventLoopDelay } from 'node:perf_hooks'
import { getHeapStatistics } from 'node:v8'
import type { Log } from '@switchyard/core/middleware/contract'

/** How busy a worker is, at one look. */
export interface LoadReading {
  /** Of the JavaScript heap, how much is in use: 0 to 1. */
  readonly heap: number
  /** How late the event loop was since the last look: the sum over so many samples, in milliseconds. */
  readonly lateMs: number
  readonly samples: number
}

/** Says when a worker has more to do than it can: new requests are then refused at once, so that the others get through. */
export interface LoadGuard {
  readonly overloaded: boolean
  /** Takes a look now; it is taken twice a second without. */
  look(): void
  destroy(): void
}

const everyMs = 500
/** The looks that the mean delay is taken over: 2 s. */
const looks = 4
/** It is left again well below of where it begins, or it would begin and end with every look. */
const limits = { heap: { over: 0.85, under: 0.8 }, delayMs: { over: 200, under: 100 } }

/** Where readings come from. */
export interface LoadMeter {
  read(): LoadReading
  destroy(): void
}

/** @param meter injectable for tests. @default of this process */
export function createLoadGuard(log: Log, meter: LoadMeter = createMeter()): LoadGuard {
  const recent: LoadReading[] = []
  let overloaded = false

  const look = (): void => {
    const reading = meter.read()
    if (reading.samples > 0) recent.push(reading)
    if (recent.length > looks) recent.shift()
    const delayMs = meanDelay(recent)
    // A process that was stopped, and now has time again, was late at one look only.
    const late = recent.length > 1 && recent.slice(-2).every((one) => meanDelay([one]) > limits.delayMs.over)
    const over = reading.heap > limits.heap.over || (late && delayMs > limits.delayMs.over)
    const under = reading.heap < limits.heap.under && delayMs < limits.delayMs.under
    if (overloaded ? !under : !over) return
    overloaded = !overloaded
    const about = { heapPercent: Math.round(reading.heap * 100), eventLoopDelayMs: Math.round(delayMs) }
    if (overloaded) log.warn(about, 'overloaded: new requests are refused')
    else log.info(about, 'no longer overloaded')
  }
  const timer = setInterval(look, everyMs).unref()
  return {
    get overloaded() {
      return overloaded
    },
    look,
    destroy() {
      clearInterval(timer)
      meter.destroy()
    },
  }
}

function meanDelay(readings: readonly LoadReading[]): number {
  const samples = readings.reduce((sum, one) => sum + one.samples, 0)
  return samples === 0 ? 0 : readings.reduce((sum, one) => sum + one.lateMs, 0) / samples
}

/** The sampling timer of the histogram is itself in what it measures. */
const resolutionMs = 100

function createMeter(): LoadMeter {
  // Samples of its own timer, many to a look, and in native code: the drift of our timer would be one, and late itself.
  const delay = monitorEventLoopDelay({ resolution: resolutionMs })
  delay.enable()
  const seen = { samples: 0, ms: 0 }
  return {
    // Differences, since `reset` also forgets when the last sample was: where the loop stands still for longer than from one
    // look to the next, there would never be another.
    read() {
      const samples = delay.count - seen.samples
      const ms = delay.count === 0 ? 0 : (delay.mean * delay.count) / 1e6 - seen.ms
      seen.samples += samples
      seen.ms += ms
      const { used_heap_size: used, heap_size_limit: limit } = getHeapStatistics()
      return { heap: used / limit, lateMs: Math.max(0, ms - samples * resolutionMs), samples }
    },
    destroy: () => delay.disable(),
  }
}
