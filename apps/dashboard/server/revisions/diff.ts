import type { Services } from '../services.ts'
import { compare } from './compare.ts'
import { findRevision } from './find-revision.ts'
import { configOf } from './head-reader.ts'
import type { ChangesView } from './revision-view.ts'

/** From one revision to another, in either direction. */
export async function diffRevisions(
  services: Services,
  { from, to }: { from: number; to: number },
): Promise<ChangesView> {
  return compare(configOf(await findRevision(services.db, from)), configOf(await findRevision(services.db, to)))
}
