/** http-proxy as its users run it when they care for speed: with a keep-alive agent. */
import { randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { Agent, createServer } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import httpProxy from 'http-proxy'

const [port, backend, certificate, key] = process.argv.slice(2)
const agent = new Agent({ keepAlive: true, maxSockets: 256 })
const proxy = httpProxy.createProxyServer({ target: `http://127.0.0.1:${backend}`, agent, xfwd: true })
proxy.on('error', (_error, _request, response) => response.end())

/**
 * @param {import('node:http').IncomingMessage} request
 * @param {import('node:http').ServerResponse} response
 */
function forward(request, response) {
  request.headers['x-request-id'] = randomUUID()
  proxy.web(request, response)
}
const server =
  certificate && key
    ? createTlsServer({ cert: readFileSync(certificate), key: readFileSync(key) }, forward)
    : createServer(forward)
server.listen(Number(port), '127.0.0.1')
