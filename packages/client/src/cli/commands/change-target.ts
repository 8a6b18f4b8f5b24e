import { didYouMean } from '@switchyard/core/schema/nearest'
import { toFailure } from '../api-failure.ts'
import type { Answer, Session, World } from '../command.ts'
import { notAsked, readWait, seeItServe, waitOption } from '../convergence/see-it-serve.ts'
import { Failure, refused, wrongUsage } from '../failure.ts'

/** The options of what changes one target. */
export const targetOptions = {
  publish: { help: 'Publish just this change; without it, it waits in the draft' },
  wait: waitOption,
} as const

export interface TargetChange {
  /** Sends the change with the etag of the upstream that was looked at. */
  send(
    session: Session,
    at: { upstream: string; target: string; etag: string; publish: boolean },
  ): Promise<{
    etag: string
    revision?: number | undefined
  }>
  /** How the target is then: `drains`. */
  becomes: string
}

/** Changes one target of the draft, and with `publish` of what serves. */
export async function changeTarget(
  world: World,
  session: Session,
  place: string,
  options: { publish: boolean; wait: string | true | undefined },
  change: TargetChange,
): Promise<Answer> {
  const { publish } = options
  const seconds = readWait(options.wait)
  if (seconds !== undefined && !publish) throw wrongUsage('--wait is for what is published; add --publish.')
  const [upstream = '', target = '', ...more] = place.split('/')
  if (upstream === '' || target === '' || more.length > 0) throw wrongUsage('Write UPSTREAM/TARGET, such as shop/a.')

  const etag = await findEtag(session, upstream, target)
  const { revision } = await change.send(session, { upstream, target, etag, publish })
  const value = { upstream, target, revision: revision ?? null }
  const name = `target ${target} of ${upstream}`
  if (!publish) {
    const lines = [`${name} ${change.becomes} in the draft; "switchyard publish" makes it serve.`]
    return { value: { ...value, ...notAsked }, lines }
  }
  if (revision !== undefined) {
    const lines = [`r${revision} is published: ${name} ${change.becomes}.`]
    return seeItServe(world, session, revision, seconds, { value, lines })
  }
  const [head] = await session.client.revisions.list.query({ limit: 1 })
  const lines = [`Nothing to publish: ${name} ${change.becomes} already.`]
  return seeItServe(world, session, head?.number ?? 0, seconds, { value, lines })
}

async function findEtag({ client }: Session, upstream: string, target: string): Promise<string> {
  const { etag, value } = await client.upstreams.get.query({ id: upstream }).catch(async (error: unknown) => {
    const failure = toFailure(error)
    if (!(failure instanceof Failure) || failure.code !== 'not_found') throw failure
    const ids = (await client.upstreams.list.query()).map(({ id }) => id)
    throw refused('not_found', `There is no upstream "${upstream}"${meantOf(upstream, ids)}`)
  })
  const ids = (value.targets ?? []).map(({ id }) => id)
  if (ids.includes(target)) return etag
  throw refused('not_found', `There is no target "${target}" in ${upstream}${meantOf(target, ids)}`)
}

const meantOf = (word: string, known: readonly string[]): string => didYouMean(word, known) || '.'
