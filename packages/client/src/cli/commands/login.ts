import { readFile } from 'node:fs/promises'
import { askToken } from '../access/ask-token.ts'
import { openSession } from '../access/connect.ts'
import { readControlUrl } from '../access/control-url.ts'
import { credentialsPath, readCredentials, writeCredentials } from '../access/credentials.ts'
import { readTokenText } from '../access/token-text.ts'
import { toFailure } from '../api-failure.ts'
import { defineCommand, type Session } from '../command.ts'
import { Failure, refused, wrongUsage } from '../failure.ts'

export const login = defineCommand({
  name: 'login',
  summary: 'keep an API token for a control plane, and use that one from now on',
  arguments: ['URL'],
  options: { 'token-file': { value: 'FILE', help: 'Where the token is (typed without echo, or standard input)' } },
  details:
    'Make a token in the dashboard, Settings → Tokens. It is kept in the folder of your settings, for you alone.',
  example: 'switchyard login http://127.0.0.1:4000',
  async run(world, { options, positionals: [given = ''], url: other }) {
    if (other !== undefined) throw wrongUsage('login has its URL as an argument; leave out --url.')
    const url = readControlUrl(given)
    const path = credentialsPath(world.env)
    const kept = await readCredentials(path)
    const file = options['token-file']
    const token = readTokenText(file === undefined ? await askToken(world, url) : await readTokenFile(file))
    const role = await roleOf(openSession(world, url, token))
    await writeCredentials(path, { current: url, tokens: { ...kept.tokens, [url]: token } })
    if (world.env['SWITCHYARD_URL'] || world.env['SWITCHYARD_API_TOKEN']) {
      world.warn('SWITCHYARD_URL and SWITCHYARD_API_TOKEN, where they are set, stand over what is kept.')
    }
    return { value: { url, role }, lines: [`Logged in to ${url}; the role of this token is ${role}.`] }
  },
})

async function readTokenFile(path: string): Promise<string> {
  return readFile(path, 'utf8').catch(({ code }: NodeJS.ErrnoException) => {
    throw refused('unreadable', `${path} cannot be read (${code}).`)
  })
}

/** Whether a token opens the API, and how far: only administrators see tokens. */
async function roleOf({ client }: Session): Promise<'admin' | 'viewer'> {
  try {
    await client.nodes.list.query()
    await client.tokens.list.query()
    return 'admin'
  } catch (error) {
    const failure = toFailure(error)
    if (failure instanceof Failure && failure.code === 'forbidden') return 'viewer'
    throw failure
  }
}
