import type { IncomingMessage, ServerResponse } from 'node:http'
import { nodeHTTPRequestHandler } from '@trpc/server/adapters/node-http'
import { appRouter } from '../api/router.ts'
import type { Services } from '../services.ts'
import { answerError } from './answer.ts'
import { authenticate, bearerOf } from './authenticate.ts'
import { isDeliberate, isSameSite } from './same-site.ts'
import { writeSessionCookie } from './session-cookie.ts'

/** Where a whole document comes in, a body may be this long; elsewhere a megabyte. */
const documentBytes = 12 * 1024 * 1024
const otherBytes = 1024 * 1024
const takesDocument = /^(?:config\.(?:apply|validate|diff))$/

/** Answers `/api/trpc/PATH`. */
export async function handleApi(
  services: Services,
  request: IncomingMessage,
  response: ServerResponse,
  path: string,
): Promise<void> {
  const refusal = refusalOf(services, request)
  if (refusal !== undefined) return answerError(response, 'forbidden', refusal)
  const caller = await authenticate(services, request, true)
  // Streams say more themselves.
  response.setHeader('cache-control', 'no-store')
  await nodeHTTPRequestHandler({
    router: appRouter,
    req: request,
    res: response,
    path,
    // Reading by POST, for inputs that are too long for a URL.
    allowMethodOverride: true,
    maxBatchSize: 100,
    maxBodySize: path.split(',').some((one) => takesDocument.test(one)) ? documentBytes : otherBytes,
    createContext: async () => ({
      services,
      caller,
      authenticate: () => authenticate(services, request, false),
      address: request.socket.remoteAddress ?? '',
      setSession: (token) => response.setHeader('set-cookie', writeSessionCookie(token, services.publicUrl)),
    }),
    onError({ error, path, type }) {
      if (error.code === 'INTERNAL_SERVER_ERROR')
        services.log.error({ err: error.cause ?? error, path, type }, 'call failed')
    },
  })
}

/** A browser carries its session along whoever wrote the page; so what a browser sends must come from a page of ours. */
function refusalOf(services: Services, request: IncomingMessage): string | undefined {
  if (bearerOf(request) !== undefined) return undefined
  if (!isSameSite(request, services.publicUrl)) return 'This was sent by a page of another site.'
  const reads = request.method === 'GET' || request.method === 'HEAD'
  if (reads || isDeliberate(request)) return undefined
  return 'Send application/json with the header x-switchyard: 1.'
}
