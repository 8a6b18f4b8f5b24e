import net, { type AddressInfo } from 'node:net'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { Deadlines, Timed } from './deadlines.ts'

class Job extends Timed {
  readonly lateAt: number[] = []
  onLate: () => void = () => {}
  late(): void {
    this.lateAt.push(performance.now())
    this.onLate()
  }
}

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'setImmediate', 'clearImmediate', 'performance'] })
})
afterEach(() => {
  vi.useRealTimers()
})

test('a deadline comes neither early nor more than two ticks late, near or beyond a round of the wheel', () => {
  const deadlines = new Deadlines()
  for (const ms of [1, 50, 100, 999, 5000, 51_200, 75_000, 200_000]) {
    const job = new Job()
    deadlines.add(job)
    const begun = performance.now()
    deadlines.expect(job, ms)
    vi.advanceTimersByTime(ms - 1)
    expect(job.lateAt).toEqual([])
    vi.advanceTimersByTime(301)
    expect(job.lateAt).toHaveLength(1)
    expect((job.lateAt[0] ?? 0) - begun).toBeGreaterThanOrEqual(ms)
    deadlines.delete(job)
  }
})

test('a deadline can be moved away, brought nearer, and taken back', () => {
  const deadlines = new Deadlines()
  const job = new Job()
  deadlines.add(job)
  deadlines.expect(job, 1000)
  vi.advanceTimersByTime(900)
  deadlines.expect(job, 60_000)
  vi.advanceTimersByTime(50_000)
  expect(job.lateAt).toEqual([])
  deadlines.expect(job, 200)
  vi.advanceTimersByTime(500)
  expect(job.lateAt).toHaveLength(1)
  deadlines.expect(job, 200)
  deadlines.expect(job, 0)
  vi.advanceTimersByTime(200_000)
  expect(job.lateAt).toHaveLength(1)
})

test('the end of it all comes although the next step would have longer', () => {
  const deadlines = new Deadlines()
  const job = new Job()
  deadlines.add(job)
  deadlines.expect(job, 60_000, performance.now() + 1000)
  vi.advanceTimersByTime(1300)
  expect(job.lateAt).toHaveLength(1)
})

test('who is late may take away others that are late in the same tick, and itself', () => {
  const deadlines = new Deadlines()
  const [first, second] = [new Job(), new Job()]
  for (const job of [first, second]) {
    deadlines.add(job)
    deadlines.expect(job, 500)
    job.onLate = () => {
      deadlines.delete(first)
      deadlines.delete(second)
    }
  }
  vi.advanceTimersByTime(2000)
  expect(first.lateAt.length + second.lateAt.length).toBe(1)
})

test('deadlines come in time although the process has hardly time for them', async () => {
  vi.useRealTimers()
  const deadlines = new Deadlines()
  const job = new Job()
  deadlines.add(job)
  const begun = performance.now()
  deadlines.expect(job, 1000)
  while (job.lateAt.length === 0 && performance.now() < begun + 10_000) {
    const until = performance.now() + 300
    while (performance.now() < until);
    await new Promise((resolve) => setImmediate(resolve))
  }
  const lateAt = (job.lateAt[0] ?? 0) - begun
  expect(lateAt).toBeGreaterThanOrEqual(1000)
  // With a look at one slot each time it would be more than three times as long.
  expect(lateAt).toBeLessThan(2500)
  deadlines.delete(job)
})

test('what came while the process stood still is read before anybody is late', async () => {
  vi.useRealTimers()
  const deadlines = new Deadlines()
  const job = new Job()
  let come = ''
  const server = net.createServer((socket) => {
    socket.on('data', (chunk) => {
      come += String(chunk)
      if (come === 'first') deadlines.expect(job, 400)
      else deadlines.delete(job)
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  // It listens on a port.
  const client = net.connect((server.address() as AddressInfo).port, '127.0.0.1')
  deadlines.add(job)
  client.write('first')
  await vi.waitUntil(() => come === 'first', { timeout: 10_000 })
  client.write('second')
  const until = performance.now() + 900
  while (performance.now() < until);
  await vi.waitUntil(() => come === 'firstsecond', { timeout: 10_000 })
  await new Promise((resolve) => setTimeout(resolve, 300))
  expect(job.lateAt).toEqual([])
  client.destroy()
  server.close()
})

test('no timer is left when nobody waits', () => {
  const deadlines = new Deadlines()
  const job = new Job()
  deadlines.add(job)
  deadlines.delete(job)
  vi.advanceTimersByTime(200)
  expect(vi.getTimerCount()).toBe(0)
})

test('thousands of deadlines, moved at random, are each late once and in time', () => {
  const deadlines = new Deadlines()
  let seed = 7
  const random = (): number => {
    seed = (Math.imul(seed, 1103515245) + 12345) & 0x7fffffff
    return seed / 0x7fffffff
  }
  const jobs = Array.from({ length: 3000 }, () => ({ job: new Job(), due: 0 }))
  for (const { job } of jobs) deadlines.add(job)
  for (let round = 0; round < 5; round++) {
    for (const entry of jobs) {
      const ms = 1 + Math.floor(random() * 120_000)
      entry.due = performance.now() + ms
      deadlines.expect(entry.job, ms)
    }
    vi.advanceTimersByTime(300)
    for (const { job } of jobs) job.lateAt.length = 0
    for (const entry of jobs) {
      const ms = 1000 + Math.floor(random() * 120_000)
      entry.due = performance.now() + ms
      deadlines.expect(entry.job, ms)
    }
    vi.advanceTimersByTime(121_500)
    for (const { job, due } of jobs) {
      expect(job.lateAt).toHaveLength(1)
      expect(job.lateAt[0]).toBeGreaterThanOrEqual(due)
      expect(job.lateAt[0]).toBeLessThanOrEqual(due + 301)
    }
  }
})
