import type { IncomingMessage, ServerResponse } from 'node:http'
import { nodeHTTPRequestHandler } from '@trpc/server/adapters/node-http'
import { nodeRouter } from '../node-api/router.ts'
import type { Services } from '../services.ts'
import { answerError } from './answer.ts'
import { isNode } from './authenticate.ts'

/** A report names every target of a node. */
const reportBytes = 16 * 1024 * 1024

/** Answers `/api/node/PATH`. A wrong token is answered before tRPC sees it, which would answer a stream with 200. */
export async function handleNode(
  services: Services,
  request: IncomingMessage,
  response: ServerResponse,
  path: string,
): Promise<void> {
  if (!(await isNode(services, request))) return answerError(response, 'unauthorized', 'Send a node token.')
  // Streams say more themselves.
  response.setHeader('cache-control', 'no-store')
  await nodeHTTPRequestHandler({
    router: nodeRouter,
    req: request,
    res: response,
    path,
    maxBodySize: reportBytes,
    createContext: async () => ({ services, authenticate: () => isNode(services, request) }),
    onError({ error, path, type }) {
      if (error.code === 'UNAUTHORIZED') return
      services.log.error({ err: error.cause ?? error, path, type }, 'call of a node failed')
    },
  })
}
