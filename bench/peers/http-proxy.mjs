/** http-proxy as its users run it when they care for speed: with a keep-alive agent. */
import { Agent, createServer } from 'node:http'
import httpProxy from 'http-proxy'

const [port, backend] = process.argv.slice(2)
const agent = new Agent({ keepAlive: true, maxSockets: 256 })
const proxy = httpProxy.createProxyServer({ target: `http://127.0.0.1:${backend}`, agent, xfwd: true })
proxy.on('error', (_error, _request, response) => response.end())

createServer((request, response) => proxy.web(request, response)).listen(Number(port), '127.0.0.1')
