import { canonicalText, hashText } from '@switchyard/core/config/canonical'
import type { Config } from '@switchyard/core/config/model'
import type { Change, Effects } from '@switchyard/core/diff/diff'
import { SwitchyardError } from '@switchyard/core/errors'
import { kinds } from '@switchyard/core/schema/fields'
import { recordAudit } from '../audit/record.ts'
import type { Transaction } from '../database/open.ts'
import { compare } from './compare.ts'
import { confirmRemoval } from './confirm-removal.ts'
import type { Head } from './head-reader.ts'
import { sumUp } from './sum-up.ts'

export interface Published {
  number: number
  hash: string
  /** What nodes keep of their state of each upstream that changed, and what begins anew. */
  effects: UpstreamEffects[]
}

export interface UpstreamEffects extends Effects {
  upstream: string
}

export interface Publication {
  config: Config
  message?: string | undefined
  /** The removal of more than half of the routes is meant. */
  confirm?: boolean | undefined
  rollbackOf?: number
}

/**
 * Makes a configuration the next revision, with its audit record, inside the transaction of whoever calls. Throws
 * `nothing_to_publish` when the head says the same, `confirmation_required` when much would go.
 */
export async function insertRevision(
  tx: Transaction,
  now: number,
  author: string,
  head: Head | undefined,
  { config, message = '', confirm = false, rollbackOf }: Publication,
): Promise<Published> {
  const document = canonicalText(config)
  const hash = hashText(document)
  if (head ? head.hash === hash : isEmpty(config)) throw new SwitchyardError('nothing_to_publish')
  confirmRemoval(head?.config, config, confirm)

  const number = (head?.number ?? 0) + 1
  const { sentences, changes } = compare(head?.config, config)
  await tx.revision.create({
    data: {
      number,
      document,
      hash,
      author,
      message,
      rollbackOf: rollbackOf ?? null,
      sentences: sumUp(sentences),
      publishedAt: new Date(now),
    },
  })
  const action = rollbackOf === undefined ? 'publish' : 'rollback'
  await recordAudit(tx, now, { actor: author, action, kind: 'revisions', resource: `${number}`, detail: sentences })
  return { number, hash, effects: effectsOf(changes) }
}

const effectsOf = (changes: readonly Change[]): UpstreamEffects[] =>
  changes.flatMap(({ id, effects }) => (effects ? [{ upstream: id, ...effects }] : []))

const isEmpty = (config: Config): boolean => kinds.every((kind) => config[kind].length === 0)
