import { rm, writeFile } from 'node:fs/promises'
import { connect } from '../access/connect.ts'
import { readInteger } from '../arguments.ts'
import { defineCommand } from '../command.ts'
import { refused, wrongUsage } from '../failure.ts'
import { relativeTime } from '../terminal/relative-time.ts'
import { table } from '../terminal/table.ts'

export const tokenCreate = defineCommand({
  name: 'token create',
  summary: 'make a token for scripts or for nodes; it is shown this once',
  arguments: ['NAME'],
  options: {
    kind: { value: 'api|node', help: 'What it opens (api)' },
    role: { value: 'viewer|admin', help: 'Of an API token: a viewer reads, an admin also changes (viewer)' },
    days: { value: 'N', help: 'How long it is worth something (for ever)' },
    output: { value: 'FILE', short: 'o', help: 'Write it to a new file that only you may read, and show it nowhere' },
  },
  details: 'Standard output has the token and nothing else.',
  example: 'switchyard token create ci --role admin --days 90 -o ci-token',
  async run(world, { options, positionals: [name = ''], url }) {
    const { kind = 'api', role, output } = options
    if (kind !== 'api' && kind !== 'node') throw wrongUsage('--kind is api or node.')
    if (role !== undefined && role !== 'viewer' && role !== 'admin') throw wrongUsage('--role is viewer or admin.')
    const expiresInDays = options.days === undefined ? undefined : readInteger('--days', options.days, 1, 3650)
    const { client } = await connect(world, url)
    // Before the token is made, which nobody could read again.
    if (output !== undefined) await writeNew(output, '')
    const { id, token } = await client.tokens.create
      .mutate({ name, kind, role, expiresInDays })
      .catch(async (error: unknown) => {
        if (output !== undefined) await rm(output, { force: true })
        throw error
      })
    if (output === undefined) {
      world.note(`Token ${name} is made (id ${id}). It is shown this once.`)
      return { value: { id, name, kind, token }, lines: [token] }
    }
    await writeFile(output, `${token}\n`)
    return { value: { id, name, kind, file: output }, lines: [`Token ${name} is made (id ${id}) and in ${output}.`] }
  },
})

async function writeNew(path: string, text: string): Promise<void> {
  await writeFile(path, text, { mode: 0o600, flag: 'wx' }).catch(({ code }: NodeJS.ErrnoException) => {
    throw refused('unwritable', `${path} cannot be written (${code === 'EEXIST' ? 'there is such a file' : code}).`)
  })
}

export const tokenList = defineCommand({
  name: 'token list',
  summary: 'list tokens: what they open, and when each was last used',
  arguments: [],
  options: {},
  example: 'switchyard token list',
  async run(world, { url }) {
    const { client } = await connect(world, url)
    const tokens = await client.tokens.list.query()
    const rows = tokens.map(({ id, name, kind, role, createdAt, lastUsedAt, expiresAt }) => [
      id,
      name,
      kind,
      role ?? '–',
      relativeTime(createdAt, world.now()),
      lastUsedAt === null ? 'never' : relativeTime(lastUsedAt, world.now()),
      expiresAt === null ? 'never' : relativeTime(expiresAt, world.now()),
    ])
    const titles = ['id', 'name', 'kind', 'role', 'made', 'used', 'expires']
    const columns = titles.map((title) => ({ title }))
    return { value: tokens, lines: table(columns, rows) }
  },
})

export const tokenRevoke = defineCommand({
  name: 'token revoke',
  summary: 'end a token, by its id or by its name where one has it',
  arguments: ['ID|NAME'],
  options: {},
  details: 'An id that begins with a dash is written behind --: switchyard token revoke -- -Ab12.',
  example: 'switchyard token revoke ci',
  async run(world, { positionals: [given = ''], url }) {
    const { client } = await connect(world, url)
    const tokens = await client.tokens.list.query()
    const byId = tokens.filter(({ id }) => id === given)
    const [found, ...others] = byId.length > 0 ? byId : tokens.filter(({ name }) => name === given)
    if (found === undefined) throw refused('not_found', `There is no token "${given}".`)
    if (others.length > 0) {
      throw refused('ambiguous', `${others.length + 1} tokens have the name "${given}"; say which by its id.`)
    }
    await client.tokens.remove.mutate({ id: found.id })
    return { value: { id: found.id, name: found.name }, lines: [`Token ${found.name} is worth nothing any more.`] }
  },
})
