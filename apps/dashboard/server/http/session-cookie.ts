import type { IncomingMessage } from 'node:http'

/** As long as a session lives at most. */
const maxAgeSeconds = 12 * 60 * 60

/**
 * A browser binds `__Host-` cookies to this very host, and takes them over https only; behind plain http on a
 * loopback address the name goes without.
 */
const nameFor = (publicUrl: string): string =>
  publicUrl.startsWith('https:') ? '__Host-switchyard_session' : 'switchyard_session'

export function readSessionCookie({ headers }: IncomingMessage, publicUrl: string): string | undefined {
  const prefix = `${nameFor(publicUrl)}=`
  const cookies = (headers.cookie ?? '').split(/; */).filter((cookie) => cookie.startsWith(prefix))
  const value = cookies[0]?.slice(prefix.length)
  return value !== undefined && /^[A-Za-z0-9_-]{20,100}$/.test(value) ? value : undefined
}

/** The `set-cookie` that hands a browser its session, or without a token takes it away. */
export function writeSessionCookie(token: string | undefined, publicUrl: string): string {
  const secure = publicUrl.startsWith('https:') ? ['Secure'] : []
  const maxAge = token === undefined ? 0 : maxAgeSeconds
  const pair = `${nameFor(publicUrl)}=${token ?? ''}`
  return [pair, 'Path=/', 'HttpOnly', 'SameSite=Strict', `Max-Age=${maxAge}`, ...secure].join('; ')
}
