import { createHash } from 'node:crypto'
import type { Config } from '@switchyard/core/config/model'
import { type Problem, SwitchyardError } from '@switchyard/core/errors'
import { resolveSecret, type SecretSources } from './tls/secrets.ts'

/** A shorter key could be found by trying. */
const shortest = 16

/** What the cookies of an upstream are signed with. */
export interface AffinityKey {
  readonly key: Buffer
  /** Equal for equal keys; says nothing of them. */
  readonly fingerprint: string
}

/**
 * The keys that upstreams name for their affinity, by id of the upstream.
 *
 * @throws SwitchyardError `invalid` with the problems of all of them, such as one at `upstreams[0].affinity.key.secret`; none
 *   holds anything of a key
 */
export async function loadAffinityKeys(
  { upstreams }: Pick<Config, 'upstreams'>,
  sources: SecretSources,
): Promise<ReadonlyMap<string, AffinityKey>> {
  const keys = new Map<string, AffinityKey>()
  const problems: Problem[] = []
  for (const [index, { id, affinity }] of upstreams.entries()) {
    const reference = affinity?.key
    if (!reference) continue
    const path = `upstreams[${index}].affinity.key`
    try {
      const value = await resolveSecret(reference, path, sources)
      if (value.length >= shortest) keys.set(id, affinityKey(Buffer.from(value)))
      else {
        const [kind = 'secret'] = Object.keys(reference)
        problems.push({ path: `${path}.${kind}`, message: `it has fewer than ${shortest} characters` })
      }
    } catch (error) {
      if (!(error instanceof SwitchyardError)) throw error
      problems.push(...error.problems)
    }
  }
  if (problems.length > 0) throw new SwitchyardError('invalid', { problems })
  return keys
}

export function affinityKey(key: Buffer): AffinityKey {
  return { key, fingerprint: createHash('sha256').update('fingerprint').update(key).digest('hex') }
}
