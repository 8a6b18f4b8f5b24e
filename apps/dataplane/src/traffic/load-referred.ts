import type { Config } from '@switchyard/core/config/model'
import { type Problem, SwitchyardError } from '@switchyard/core/errors'
import { type AffinityKey, loadAffinityKeys } from './affinity-keys.ts'
import { type LoadedCertificates, loadCertificates } from './tls/certificates.ts'
import type { SecretSources } from './tls/secrets.ts'

/** What a document refers to, fetched and looked through. */
export interface Referred {
  readonly certificates: LoadedCertificates
  /** By id of the upstream. */
  readonly affinityKeys: ReadonlyMap<string, AffinityKey>
}

/**
 * Fetches everything that a document refers to.
 *
 * @param now milliseconds since 1970
 * @param previous certificates of the document before: what has not changed is not looked through again
 * @throws SwitchyardError `invalid` with the problems of all of it; none holds anything of a key
 */
export async function loadReferred(
  config: Pick<Config, 'certificates' | 'upstreams'>,
  sources: SecretSources,
  now: number,
  previous?: LoadedCertificates,
): Promise<Referred> {
  const loading = [loadCertificates(config, sources, now, previous), loadAffinityKeys(config, sources)] as const
  const [certificates, affinityKeys] = await Promise.allSettled(loading)
  if (certificates.status === 'fulfilled' && affinityKeys.status === 'fulfilled') {
    return { certificates: certificates.value, affinityKeys: affinityKeys.value }
  }
  const problems: Problem[] = []
  for (const outcome of [certificates, affinityKeys]) {
    if (outcome.status === 'fulfilled') continue
    if (!(outcome.reason instanceof SwitchyardError)) throw outcome.reason
    problems.push(...outcome.reason.problems)
  }
  throw new SwitchyardError('invalid', { problems })
}
