/** @fastify/reply-from with its own defaults: undici underneath. */
import replyFrom from '@fastify/reply-from'
import Fastify from 'fastify'

const [port, backend] = process.argv.slice(2)
const app = Fastify({ logger: false })
app.register(replyFrom, { base: `http://127.0.0.1:${backend}` })
app.all('/*', (request, reply) => reply.from(request.url))
await app.listen({ port: Number(port), host: '127.0.0.1' })
