import { TRPCClientError } from '@trpc/client'
import { connect } from '../access/connect.ts'
import { toFailure } from '../api-failure.ts'
import { type Answer, defineCommand, type Session, type World } from '../command.ts'
import { notAsked, readWait, seeItServe, waitOption } from '../convergence/see-it-serve.ts'
import { describeChanges, sentencesOf } from '../describe-changes.ts'
import type { Document } from '../document/document.ts'
import { describePreview, previewApply } from '../document/preview.ts'
import { readDocument } from '../document/read-document.ts'
import { Failure, wrongUsage } from '../failure.ts'

export const apply = defineCommand({
  name: 'apply',
  summary: 'bring a document into the draft and publish it',
  arguments: ['FILE|FOLDER|-'],
  options: {
    prune: { help: 'Remove what the document does not name' },
    'dry-run': { help: 'Say what would change, and change nothing' },
    'no-publish': { help: 'Change the draft only' },
    message: { value: 'TEXT', short: 'm', help: 'A note to the revision' },
    wait: waitOption,
    confirm: { help: 'Also when more than half of the routes, or the last listener, would go' },
  },
  details:
    'Resources that the document names are added or replaced; all others stay, unless --prune is given. Other changes\n' +
    'that wait in the draft stay unpublished. Applying the same again does nothing, and says so.',
  example: 'switchyard apply gateway/ --prune --wait --message "shop: two more targets"',
  async run(world, { options, positionals: [path = ''], url }) {
    const { prune, message, confirm } = options
    const publish = !options['no-publish']
    const seconds = readWait(options.wait)
    if (seconds !== undefined && !publish) throw wrongUsage('--wait is for what is published; leave out --no-publish.')
    const session = await connect(world, url)
    const document = await readDocument(world, path)
    if (options['dry-run']) return dryRun(session, document, prune)

    const input = { text: document.text, format: document.format, prune, publish, message, confirm }
    const applied = await applyTwice(session, input).catch((error: unknown) => {
      throw placed(toFailure(error), document)
    })
    const { changes, revision } = applied
    const value = { revision: revision ?? null, changes, sentences: await sentencesOf(changes) }
    if (!publish) return { value: { ...value, ...notAsked }, lines: inDraft(await describeChanges(changes)) }
    if (revision === undefined) return nothingToDo(world, session, seconds, value)
    const lines = [`r${revision} is published.`, ...(await describeChanges(changes))]
    return seeItServe(world, session, revision, seconds, { value, lines })
  },
})

type Input = Parameters<Session['client']['config']['apply']['mutate']>[0]

/** Once more where somebody else came between: the same document again means the same. */
async function applyTwice({ client }: Session, input: Input) {
  try {
    return await client.config.apply.mutate(input)
  } catch (error) {
    if (!(error instanceof TRPCClientError) || error.data?.reason !== 'conflict') throw error
    return client.config.apply.mutate(input)
  }
}

/** The problems of the text by file; others are of the configuration that it would have led to. */
function placed(failure: unknown, { place }: Document): unknown {
  if (!(failure instanceof Failure)) return failure
  return new Failure(failure.code, failure.exitCode, failure.message, failure.problems.map(place))
}

async function dryRun(session: Session, document: Document, prune: boolean): Promise<Answer> {
  const preview = await previewApply(session, document, prune)
  return {
    value: { revision: null, ...preview, ...notAsked },
    lines: [...(await describePreview(preview)), 'Nothing was changed: this is a dry run.'],
  }
}

/** What serves says the same already; whether it does so everywhere is a question all the same. */
async function nothingToDo(
  world: World,
  session: Session,
  seconds: number | undefined,
  value: object,
): Promise<Answer> {
  const [head] = await session.client.revisions.list.query({ limit: 1 })
  if (head === undefined) return { value: { ...value, ...notAsked }, lines: ['Nothing to do: the document is empty.'] }
  const lines = [`Nothing to do: r${head.number} says the same.`]
  return seeItServe(world, session, head.number, seconds, { value, lines })
}

const inDraft = (lines: readonly string[]): string[] =>
  lines.length === 0
    ? ['Nothing to do: the draft says the same.']
    : [...lines, 'This is in the draft; "switchyard publish" makes it serve.']
