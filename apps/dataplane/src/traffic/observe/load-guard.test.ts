import { afterEach, expect, test } from 'vitest'
import { createLoadGuard, type LoadGuard, type LoadReading } from './load-guard.ts'

const calm: LoadReading = { heap: 0.3, lateMs: 0, samples: 25 }
/** Every sample of a look came so late. */
const late = (ms: number): LoadReading => ({ heap: 0.3, lateMs: ms * 5, samples: 5 })
const heap = (share: number): LoadReading => ({ ...calm, heap: share })

let guard: LoadGuard | undefined
afterEach(() => guard?.destroy())

function start() {
  const said: string[] = []
  const note = (_: object, message: string) => said.push(message)
  let reading = calm
  const log = { debug: note, info: note, warn: note, error: note }
  const made = createLoadGuard(log, { read: () => reading, destroy() {} })
  guard = made
  const look = (next: LoadReading, times = 1): boolean => {
    reading = next
    for (let i = 0; i < times; i++) made.look()
    return made.overloaded
  }
  return { look, said }
}

test('a heap that is nearly full overloads, until it has clearly gone down', () => {
  const { look } = start()
  expect(look(heap(0.85))).toBe(false)
  expect(look(heap(0.86))).toBe(true)
  expect(look(heap(0.84))).toBe(true)
  expect(look(heap(0.8))).toBe(true)
  expect(look(heap(0.79))).toBe(false)
})

test('an event loop that is late on average over 2 s overloads, one stall among many samples does not', () => {
  const { look } = start()
  expect(look({ ...calm, lateMs: 900 })).toBe(false)
  expect(look(late(190), 4)).toBe(false)
  expect(look(late(210), 2)).toBe(false)
  expect(look(late(210))).toBe(true)
  expect(look(late(150), 8)).toBe(true)
  expect(look(late(90), 3)).toBe(true)
  expect(look(late(90))).toBe(false)
})

test('an event loop that stands still again and again overloads, whatever the pauses are; once, as after a suspension, it does not', () => {
  const { look } = start()
  expect(look({ heap: 0.3, lateMs: 60_000, samples: 1 })).toBe(false)
  expect(look(calm, 4)).toBe(false)
  expect(look({ heap: 0.3, lateMs: 600, samples: 1 }, 4)).toBe(true)
  expect(look(calm, 4)).toBe(false)
})

test('each change is said once', () => {
  const { look, said } = start()
  look(calm, 5)
  look(heap(0.9), 5)
  look(calm, 5)
  expect(said).toEqual(['overloaded: new requests are refused', 'no longer overloaded'])
})

test('a process that is blocked all the time is overloaded, by its own readings', async () => {
  const silent = { debug() {}, info() {}, warn() {}, error() {} }
  const own = createLoadGuard(silent)
  guard = own
  // The first sample only begins the measurement.
  await new Promise((resolve) => setTimeout(resolve, 60))
  // Each time for longer than it is from one look to the next.
  for (let i = 0; i < 4; i++) {
    for (const end = Date.now() + 600; Date.now() < end; );
    await new Promise((resolve) => setTimeout(resolve, 0))
    own.look()
  }
  expect(own.overloaded).toBe(true)
})
