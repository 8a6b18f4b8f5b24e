import type { Problem } from '@switchyard/core/errors'
import type { Kind } from '@switchyard/core/schema/fields'
import type { Services } from '../services.ts'
import { checkForSave } from './check-for-save.ts'

/** What a save would say, without saving. `id` names the resource that is being edited; without it, it is new. */
export async function checkResource(
  services: Services,
  kind: Kind,
  { id, value }: { id?: string | undefined; value: unknown },
): Promise<{ problems: Problem[] }> {
  const draft = await services.drafts.read()
  const checked = await checkForSave(services, services.db, draft, kind, id, value)
  return { problems: checked.ok ? [] : checked.problems }
}
