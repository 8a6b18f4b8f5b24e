import { createClient } from '../../client.ts'
import type { Session, World } from '../command.ts'
import { exitCodes } from '../exit-codes.ts'
import { Failure, wrongUsage } from '../failure.ts'
import { isReadable, readControlUrl } from './control-url.ts'
import { credentialsPath, nothingKept, readCredentials } from './credentials.ts'
import { createFetch } from './fetch.ts'
import { readTokenText } from './token-text.ts'

/**
 * Which control plane, and by which token: `--url`, then the environment, then what `login` kept. A kept token goes
 * nowhere but to the control plane it was kept for.
 */
export async function connect(world: World, asked: string | undefined): Promise<Session> {
  const { env } = world
  const fromEnvironment = env['SWITCHYARD_API_TOKEN']
  const given = asked ?? (env['SWITCHYARD_URL'] || undefined)
  // Where everything is given, what is kept does not matter, not even that it cannot be read.
  const kept = given && fromEnvironment ? nothingKept : await readCredentials(credentialsPath(env))
  const named = given ?? kept.current
  if (named === undefined) {
    throw wrongUsage('Which control plane? Log in to one, or set SWITCHYARD_URL and SWITCHYARD_API_TOKEN.')
  }
  const url = readControlUrl(named)
  const token = fromEnvironment ? readTokenText(fromEnvironment) : kept.tokens[url]
  if (token === undefined) {
    const message = `There is no token for ${url}. Log in with "switchyard login ${url}", or set SWITCHYARD_API_TOKEN.`
    throw new Failure('unauthorized', exitCodes.unauthorized, message)
  }
  return openSession(world, url, token)
}

export function openSession(world: World, url: string, token: string): Session {
  if (isReadable(url)) world.warn(`The token goes to ${url} unencrypted; others on the way can read it.`)
  return { url, client: createClient({ url, token, fetch: createFetch(url, world.signal) }) }
}
