import { connect } from '../access/connect.ts'
import { orNotFound } from '../api-failure.ts'
import { readInteger } from '../arguments.ts'
import { type Answer, defineCommand, type Session, type World } from '../command.ts'
import type { RevisionView } from '../outputs.ts'
import { relativeTime } from '../terminal/relative-time.ts'
import { table } from '../terminal/table.ts'

export const revisions = defineCommand({
  name: 'revisions',
  summary: 'list revisions, newest first; or say what one of them changed',
  arguments: ['[NUMBER]'],
  options: { limit: { value: 'N', help: 'So many of them (20)' } },
  example: 'switchyard revisions 42',
  async run(world, { options: { limit = '20' }, positionals: [given], url }) {
    const most = readInteger('--limit', limit, 1, 200)
    const number =
      given === undefined ? undefined : readInteger('NUMBER', given.replace(/^r/, ''), 1, Number.MAX_SAFE_INTEGER)
    const session = await connect(world, url)
    return number === undefined ? list(world, session, most) : one(world, session, number)
  },
})

async function list(world: World, { client }: Session, limit: number): Promise<Answer> {
  const found = await client.revisions.list.query({ limit })
  if (found.length === 0) return { value: [], lines: ['Nothing has been published yet.'] }
  const rows = found.map((revision) => [
    `r${revision.number}`,
    relativeTime(revision.publishedAt, world.now()),
    revision.author,
    String(revision.nodes.applied),
    String(revision.nodes.rejected),
    noteOf(revision),
  ])
  const columns = [
    { title: 'revision' },
    { title: 'published' },
    { title: 'by' },
    { title: 'applied', align: 'right' as const },
    { title: 'rejected', align: 'right' as const },
    { title: 'what' },
  ]
  return { value: found, lines: table(columns, rows) }
}

/** Its message; without one, what it changed. */
function noteOf({ message, rollbackOf, sentences }: RevisionView): string {
  if (message !== '') return message
  if (rollbackOf !== null) return `rolled back to r${rollbackOf}`
  const [first = '', ...others] = sentences
  return others.length === 0 ? first : `${first}, and ${others.length} more`
}

async function one(world: World, { client }: Session, number: number): Promise<Answer> {
  const { document: _, ...revision } = await orNotFound(
    client.revisions.get.query({ number }),
    `There is no revision ${number}.`,
  )
  const { publishedAt, author, message, rollbackOf, hash, nodes, sentences } = revision
  const lines = [
    `r${number}, published ${relativeTime(publishedAt, world.now())} by ${author}`,
    ...(message === '' ? [] : [message]),
    ...(rollbackOf === null ? [] : [`rolled back to r${rollbackOf}`]),
    `applied by ${nodes.applied}, rejected by ${nodes.rejected}; hash ${hash.slice(0, 12)}`,
    '',
    ...(sentences.length === 0 ? ['It differs in nothing from the revision before.'] : sentences),
  ]
  return { value: revision, lines }
}
