import type { Certificate, Config } from '@switchyard/core/config/model'
import type { Parsed } from '@switchyard/core/config/parse'
import type { Kind } from '@switchyard/core/schema/fields'
import type { Transaction } from '../database/open.ts'
import { checkInDraft } from '../draft/check-in-draft.ts'
import type { Draft } from '../draft/draft-reader.ts'
import type { Services } from '../services.ts'

/** Whether a resource could stand in the draft (`checkInDraft`), and of a certificate also whether it could be served. */
export async function checkForSave<K extends Kind>(
  { certificates }: Pick<Services, 'certificates'>,
  tx: Transaction,
  draft: Draft,
  kind: K,
  id: string | undefined,
  value: unknown,
): Promise<Parsed<Config[K][number]>> {
  const checked = checkInDraft(draft, kind, id, value)
  if (!checked.ok || kind !== 'certificates') return checked
  // The cast says what the check has shown: the value is a certificate.
  const [problems = []] = await certificates.check(tx, [checked.value as Certificate])
  return problems.length > 0 ? { ok: false, problems } : checked
}
