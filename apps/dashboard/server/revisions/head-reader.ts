import { hashText } from '@switchyard/core/config/canonical'
import type { Config } from '@switchyard/core/config/model'
import { parseConfig } from '@switchyard/core/config/parse'
import { SwitchyardError } from '@switchyard/core/errors'
import { model } from '@switchyard/middleware/model'
import type { Database, Transaction } from '../database/open.ts'
import type { Revision } from '../generated/client.ts'

/** The newest revision. Its content was checked against its hash. */
export interface Head {
  readonly number: number
  readonly hash: string
  /** The canonical text. */
  readonly document: string
  readonly config: Config
  readonly publishedAt: string
  readonly author: string
  readonly message: string
}

/** Reads the head, from memory while its number and hash stay. */
export interface HeadReader {
  /** Nothing, when nothing was ever published. Throws when what is stored cannot be trusted: then nothing is pushed. */
  read(tx?: Transaction): Promise<Head | undefined>
}

export function createHeadReader(db: Database): HeadReader {
  let latest: Head | undefined

  return {
    async read(tx = db) {
      const orderBy = { number: 'desc' } as const
      const newest = await tx.revision.findFirst({ orderBy, select: { number: true, hash: true } })
      if (!newest) return undefined
      if (latest?.number === newest.number && latest.hash === newest.hash) return latest
      const revision = await tx.revision.findUniqueOrThrow({ where: { number: newest.number } })
      const { number, hash, document, author, message, publishedAt } = revision
      const head = { number, hash, document, author, message, publishedAt: publishedAt.toISOString() }
      latest = { ...head, config: configOf(revision) }
      return latest
    },
  }
}

/** What a revision says, parsed again. Throws when its text is not what was published, or is not understood any more. */
export function configOf({ number, hash, document }: Pick<Revision, 'number' | 'hash' | 'document'>): Config {
  if (hashText(document) !== hash) {
    throw new SwitchyardError('hash_mismatch', {
      message: `Revision ${number} is damaged: its text does not have its hash.`,
    })
  }
  const parsed = parseConfig(model, JSON.parse(document))
  if (parsed.ok) return parsed.value
  const message = `Revision ${number} is not understood by this version.`
  throw new SwitchyardError('invalid', { message, problems: parsed.problems })
}
