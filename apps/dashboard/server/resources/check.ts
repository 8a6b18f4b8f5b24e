import type { Problem } from '@switchyard/core/errors'
import type { Kind } from '@switchyard/core/schema/fields'
import { checkInDraft } from '../draft/check-in-draft.ts'
import type { Services } from '../services.ts'

/** What a save would say, without saving. `id` names the resource that is being edited; without it, it is new. */
export async function checkResource(
  services: Services,
  kind: Kind,
  { id, value }: { id?: string | undefined; value: unknown },
): Promise<{ problems: Problem[] }> {
  const checked = checkInDraft(await services.drafts.read(), kind, id, value)
  return { problems: checked.ok ? [] : checked.problems }
}
