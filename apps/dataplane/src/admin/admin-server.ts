import { once } from 'node:events'
import { createServer, type ServerResponse } from 'node:http'
import { type AddressInfo, isIPv6 } from 'node:net'

export interface AdminSources {
  readonly ready: () => boolean
  readonly state: () => Promise<unknown>
  readonly metrics: () => Promise<string>
}

export interface AdminServer {
  /** `127.0.0.1:9901`; an IPv6 address stands in brackets. */
  readonly address: string
  readonly endpoint: { readonly address: string; readonly port: number }
  close(): void
}

/**
 * Answers health checks, scrapers and operators. Reads only: there is nothing to change here, and no secret to see.
 *
 * @throws when the address cannot be had: `EADDRINUSE`
 */
export async function startAdminServer(
  at: { host: string; port: number },
  sources: AdminSources,
): Promise<AdminServer> {
  const server = createServer({ headersTimeout: 5000, requestTimeout: 10_000 }, async (request, response) => {
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      return answer(response, 405, 'text/plain', 'Only GET and HEAD.\n', { allow: 'GET, HEAD' })
    }
    const path = (request.url ?? '').split('?')[0]
    try {
      if (path === '/healthz') return answer(response, 200, 'text/plain', 'alive\n')
      if (path === '/readyz') return answerReady(response, sources.ready())
      if (path === '/metrics') return answer(response, 200, 'text/plain; version=0.0.4', await sources.metrics())
      if (path === '/state')
        return answer(response, 200, 'application/json', `${JSON.stringify(await sources.state())}\n`)
      return answer(response, 404, 'text/plain', 'Here are /healthz, /readyz, /metrics and /state.\n')
    } catch {
      return answer(response, 500, 'text/plain', 'The state cannot be read now.\n')
    }
  })
  server.maxConnections = 256
  server.listen({ host: at.host, port: at.port, exclusive: true })
  await once(server, 'listening')
  const { address, port } = server.address() as AddressInfo
  return {
    address: `${isIPv6(address) ? `[${address}]` : address}:${port}`,
    endpoint: { address, port },
    close() {
      server.close()
      server.closeAllConnections()
    },
  }
}

function answerReady(response: ServerResponse, ready: boolean): void {
  answer(response, ready ? 200 : 503, 'text/plain', ready ? 'ready\n' : 'not ready\n')
}

function answer(
  response: ServerResponse,
  status: number,
  type: string,
  body: string,
  more: Record<string, string> = {},
): void {
  if (response.destroyed) return
  response.writeHead(status, {
    'content-type': `${type}; charset=utf-8`,
    'content-length': Buffer.byteLength(body),
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
    ...more,
  })
  response.end(body)
}
