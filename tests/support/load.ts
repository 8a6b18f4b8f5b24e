import { Agent, request as httpRequest } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'

export interface LoadResult {
  requests: number
  /** What went wrong, each with what was seen. */
  failures: string[]
  /** Client connections that were opened; more than asked for means that some were closed. */
  connections: number
  /** Answers by the `x-backend` they carried. */
  backends: Record<string, number>
}

/**
 * Steady load on keep-alive connections, one request at a time on each, until stopped. A connection that the gateway
 * closes shows as one more connection opened.
 */
export function startLoad(
  url: string,
  options: { connections: number; pauseMs?: number; headers?: Record<string, string> },
) {
  const result: LoadResult = { requests: 0, failures: [], connections: 0, backends: {} }
  let stopping = false

  const loops = Array.from({ length: options.connections }, async () => {
    const agent = new Agent({ keepAlive: true, maxSockets: 1, keepAliveMsecs: 1000 })
    while (!stopping) {
      try {
        await once(agent)
      } catch (error) {
        result.failures.push(String(error))
        await sleep(20)
      }
      if (options.pauseMs) await sleep(options.pauseMs)
    }
    agent.destroy()
  })

  function once(agent: Agent): Promise<void> {
    return new Promise((resolve, reject) => {
      const request = httpRequest(url, { agent, headers: options.headers ?? {} }, (response) => {
        let body = ''
        response.setEncoding('utf8')
        response.on('data', (text: string) => {
          body += text
        })
        response.on('error', reject)
        response.on('aborted', () => reject(new Error('aborted')))
        response.on('end', () => {
          result.requests++
          const backend = String(response.headers['x-backend'] ?? '')
          result.backends[backend] = (result.backends[backend] ?? 0) + 1
          if (response.statusCode !== 200) reject(new Error(`${response.statusCode} ${body.slice(0, 300)}`))
          else resolve()
        })
      })
      request.on('socket', (socket) => {
        const seen = socket as typeof socket & { seen?: true }
        if (seen.seen) return
        seen.seen = true
        result.connections++
      })
      request.on('error', reject)
      request.setTimeout(30_000, () => request.destroy(new Error('no answer for 30 s')))
      request.end()
    })
  }

  return {
    result,
    async stop(): Promise<LoadResult> {
      stopping = true
      await Promise.all(loops)
      return result
    },
  }
}
