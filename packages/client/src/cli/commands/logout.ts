import { readControlUrl } from '../access/control-url.ts'
import { credentialsPath, readCredentials, writeCredentials } from '../access/credentials.ts'
import { defineCommand } from '../command.ts'

export const logout = defineCommand({
  name: 'logout',
  summary: 'forget the token that is kept for a control plane',
  arguments: ['[URL]'],
  options: {},
  details: 'Without URL the one in use. The token stays worth something; "switchyard token revoke" ends it.',
  example: 'switchyard logout http://127.0.0.1:4000',
  async run({ env }, { positionals: [given], url: other }) {
    const path = credentialsPath(env)
    const { current, tokens } = await readCredentials(path)
    const named = given ?? other ?? current
    const url = named === undefined ? undefined : readControlUrl(named)
    if (url === undefined || tokens[url] === undefined) {
      return { value: { url: url ?? null, forgotten: false }, lines: ['Nothing to do: no token is kept for it.'] }
    }
    const { [url]: _, ...rest } = tokens
    await writeCredentials(path, { current: current === url ? undefined : current, tokens: rest })
    return { value: { url, forgotten: true }, lines: [`The token for ${url} is forgotten here.`] }
  },
})
