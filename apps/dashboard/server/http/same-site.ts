import type { IncomingMessage } from 'node:http'
import { isIP } from 'node:net'

/**
 * Whether the Host is ours: an IP address, `localhost`, or the name of the public URL. Any other name resolves to us by
 * the will of somebody else (DNS rebinding), and a page from there must not speak with our users' addresses.
 */
export function isOurHost({ headers }: IncomingMessage, publicUrl: string): boolean {
  const host = headers.host?.toLowerCase()
  if (host === undefined) return false
  const name = host.replace(/:\d{1,5}$/, '').replace(/^\[(.*)\]$/, '$1')
  return isIP(name) !== 0 || name === 'localhost' || name === new URL(publicUrl).hostname
}

/**
 * Whether a browser that sent this was on a page of ours. Programs send neither header. `null` and other origins are
 * refused, and so is what the browser itself calls cross-site.
 */
export function isSameSite({ headers }: IncomingMessage, publicUrl: string): boolean {
  const { origin, host } = headers
  if (origin !== undefined && origin !== `http://${host}` && origin !== new URL(publicUrl).origin) return false
  const site = headers['sec-fetch-site']
  return site === undefined || site === 'same-origin' || site === 'none'
}

/**
 * What a form or a script of another site cannot send without asking first: JSON as the content type, and a header of
 * our own. We never answer that question (no CORS), so it is never sent.
 */
export function isDeliberate({ headers }: IncomingMessage): boolean {
  const type = headers['content-type']?.split(';')[0]?.trim().toLowerCase()
  return type === 'application/json' && headers['x-switchyard'] !== undefined
}
