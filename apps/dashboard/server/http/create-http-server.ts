import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { configJsonSchema } from '@switchyard/core/config/json-schema'
import { model } from '@switchyard/middleware/model'
import type { Services } from '../services.ts'
import { answerError, answerJson } from './answer.ts'
import { handleApi } from './api-handler.ts'
import { bearerOf } from './authenticate.ts'
import { handleNode } from './node-handler.ts'
import { handlePage } from './page-gate.ts'
import type { Pages } from './pages.ts'
import { isOurHost } from './same-site.ts'
import { setSecurityHeaders } from './security-headers.ts'

/** Queries come by GET, with their input in the URL. */
const maxHeaderSize = 64 * 1024

/** The server of the control plane: the API, the node API, the document's JSON Schema, and the pages. Not yet listening. */
export function createHttpServer(services: Services, pages: Pages | undefined): Server {
  const server = createServer({ maxHeaderSize }, (request, response) => {
    handle(services, pages, request, response).catch((error: unknown) => {
      services.log.error({ err: error }, 'request failed')
      if (!response.headersSent) answerError(response, 'internal')
      else response.destroy()
    })
  })
  server.on('upgrade', (request, socket, head) => {
    socket.on('error', () => socket.destroy())
    if (!pages?.dev || !isOurHost(request, services.publicUrl)) return socket.destroy()
    pages.upgrade(request, socket, head).catch(() => socket.destroy())
  })
  return server
}

async function handle(
  services: Services,
  pages: Pages | undefined,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  setSecurityHeaders(response, services.publicUrl)
  const path = pathOf(request)
  if (path === undefined) return answerError(response, 'bad_request')
  if (path === '/healthz') return answerJson(response, 200, { status: 'ok' })
  // A browser does not send somebody else's token: with one, the name we are called by says nothing.
  if (bearerOf(request) === undefined && !isOurHost(request, services.publicUrl)) {
    return answerError(
      response,
      'bad_request',
      'This is not the name of this control plane; SWITCHYARD_PUBLIC_URL sets it.',
    )
  }
  if (path === '/config.schema.json') return answerJson(response, 200, configJsonSchema(model))
  if (path.startsWith('/api/node/')) return handleNode(services, request, response, path.slice('/api/node/'.length))
  if (path.startsWith('/api/trpc/')) return handleApi(services, request, response, path.slice('/api/trpc/'.length))
  if (path === '/api' || path.startsWith('/api/')) return answerError(response, 'not_found')
  return handlePage(services, pages, request, response, path)
}

/** The path without the query; nothing for a target that is no path. */
function pathOf({ url = '' }: IncomingMessage): string | undefined {
  if (!url.startsWith('/') || url.startsWith('//')) return undefined
  try {
    return decodeURIComponent(url.split('?', 1)[0] ?? '')
  } catch {
    return undefined
  }
}
