import { request } from 'node:https'
import type { TLSSocket } from 'node:tls'
import { authority } from './certificate.ts'

/** What a client that trusts the authority is answered under shop.example.com, over a connection of its own. */
export function askOverTls(url: string): Promise<{ text: string; validUntil: string }> {
  const { port } = new URL(url)
  const options = { host: '127.0.0.1', port, ca: authority, servername: 'shop.example.com', agent: false }
  return new Promise((resolve, reject) => {
    const asking = request(options, (response) => {
      // The guarantee: the connection of an https request is one over TLS.
      const { valid_to: validUntil } = (response.socket as TLSSocket).getPeerCertificate()
      let text = ''
      response.on('data', (chunk) => {
        text += chunk
      })
      response.on('end', () => resolve({ text, validUntil }))
    })
    asking.on('error', reject)
    asking.end()
  })
}
