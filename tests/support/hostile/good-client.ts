import { setTimeout as sleep } from 'node:timers/promises'
import { head, RawConnection } from '../raw-http.ts'

/**
 * One who asks politely all the while: on a kept connection and on a new one, by turns. `stop` says how it went.
 */
export function askPolitely(port: number) {
  let stopping = false
  const seen = { answers: 0, failures: [] as string[], worstMs: 0 }
  const loop = run()

  async function run(): Promise<void> {
    const kept = new RawConnection({ port })
    while (!stopping) {
      for (const connection of [kept, new RawConnection({ port })]) {
        const began = performance.now()
        try {
          const { status, body } = await connection.request(head('GET', '/small'))
          if (status !== 200 || body.toString() !== 'small') throw new Error(`answered ${status}`)
          seen.answers++
        } catch (error) {
          seen.failures.push(`${connection === kept ? 'kept' : 'new'}: ${error}`)
        }
        seen.worstMs = Math.max(seen.worstMs, Math.round(performance.now() - began))
        if (connection !== kept) connection.destroy()
      }
      await sleep(20)
    }
    kept.destroy()
  }

  return {
    seen,
    async stop() {
      stopping = true
      await loop
      return seen
    },
  }
}
