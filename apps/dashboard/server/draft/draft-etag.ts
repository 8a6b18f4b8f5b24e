import { randomId } from '../access/random-token.ts'
import type { Transaction } from '../database/open.ts'

/** There is one draft. */
const id = 1

/** The etag of the draft as a whole; before the first edit of all it is `0`. */
export async function readDraftEtag(tx: Transaction): Promise<string> {
  const draft = await tx.draft.findUnique({ where: { id } })
  return draft?.etag ?? '0'
}

/** Every edit of the draft gives it a new etag, in the same transaction. */
export async function renewDraftEtag(tx: Transaction, now: number, etag = randomId()): Promise<void> {
  const updatedAt = new Date(now)
  await tx.draft.upsert({ where: { id }, create: { id, etag, updatedAt }, update: { etag, updatedAt } })
}
