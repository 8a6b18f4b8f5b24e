/** @fastify/reply-from with its own defaults: undici underneath. */
import { randomUUID } from 'node:crypto'
import replyFrom from '@fastify/reply-from'
import Fastify from 'fastify'

const [port, backend] = process.argv.slice(2)
const app = Fastify({ logger: false })
app.register(replyFrom, { base: `http://127.0.0.1:${backend}` })
app.all('/*', (request, reply) =>
  reply.from(request.url, {
    rewriteRequestHeaders: (_request, headers) => ({
      ...headers,
      'x-forwarded-for': request.ip,
      'x-forwarded-proto': 'http',
      'x-forwarded-host': request.headers.host,
      'x-request-id': randomUUID(),
    }),
  }),
)
await app.listen({ port: Number(port), host: '127.0.0.1' })
