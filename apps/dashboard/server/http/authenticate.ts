import type { IncomingMessage } from 'node:http'
import { type Caller, roleOf } from '../access/caller.ts'
import { findSession } from '../access/session.ts'
import type { Services } from '../services.ts'
import { findToken } from '../tokens/find-token.ts'
import { readSessionCookie } from './session-cookie.ts'

/** The token of `authorization: Bearer TOKEN`. */
export function bearerOf({ headers }: IncomingMessage): string | undefined {
  return /^Bearer +([A-Za-z0-9._~+/=-]{1,200})$/i.exec(headers.authorization ?? '')?.[1]
}

/**
 * Who calls, by an API token or else by a session. A token that is worth nothing does not fall back on a session.
 * `use` says that somebody did something now, which keeps a session alive.
 */
export async function authenticate(
  services: Services,
  request: IncomingMessage,
  use: boolean,
): Promise<Caller | undefined> {
  if (request.headers.authorization !== undefined) {
    const bearer = bearerOf(request)
    const token = bearer === undefined ? undefined : await findToken(services, 'api', bearer)
    return token && { kind: 'token', id: token.id, name: token.name, role: roleOf(token.role) }
  }
  const session = readSessionCookie(request, services.publicUrl)
  return session === undefined ? undefined : findSession(services, session, use)
}

/** Whether a request carries a node token that is worth something now. */
export async function isNode(services: Services, request: IncomingMessage): Promise<boolean> {
  const bearer = bearerOf(request)
  return bearer !== undefined && (await findToken(services, 'node', bearer)) !== undefined
}
