import { setTimeout as sleep } from 'node:timers/promises'

/** Repeats a look at the world until it does not throw, or until the time is up; then throws what it threw last. */
export async function eventually<T>(look: () => T | Promise<T>, within = 30_000, every = 50): Promise<T> {
  const deadline = Date.now() + within
  for (;;) {
    try {
      return await look()
    } catch (error) {
      if (Date.now() > deadline) throw error
    }
    await sleep(every)
  }
}
