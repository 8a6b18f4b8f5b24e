import type { Config } from '@switchyard/core/config/model'
import { checkConfig } from '@switchyard/core/config/parse'
import { SwitchyardError } from '@switchyard/core/errors'
import { model } from '@switchyard/middleware/model'
import { actorOf, type Caller } from '../access/caller.ts'
import { editDraft } from '../draft/edit-draft.ts'
import { findRow } from '../resources/find-row.ts'
import { storeChange } from '../resources/store-change.ts'
import type { Head } from '../revisions/head-reader.ts'
import { insertRevision, type UpstreamEffects } from '../revisions/insert-revision.ts'
import type { Services } from '../services.ts'

/** What operators change about a target again and again, without opening a form. */
export type TargetChange = { weight: number } | { drain: boolean } | { enabled: boolean }

export interface TargetChanged {
  /** The upstream's new one. */
  etag: string
  /** With `publish`: the revision that has it. Absent when what serves had it already. */
  revision?: number
  /** With `revision`: what nodes keep of their state of the upstream, and what begins anew. */
  effects?: UpstreamEffects[]
}

/**
 * Changes one thing about one target of the draft; `etag` is its upstream's. With `publish` the same change is made
 * to what serves and published at once, alone: other changes of the draft stay unpublished.
 */
export function changeTarget(
  services: Services,
  caller: Caller,
  input: { upstream: string; target: string; etag: string; publish?: boolean | undefined },
  change: TargetChange,
): Promise<TargetChanged> {
  const [field = ''] = Object.keys(change)
  return editDraft<TargetChanged>(services, caller, async (tx, draft) => {
    const row = findRow(draft, 'upstreams', input.upstream, input.etag)
    const value = { ...row.value, targets: withChange(row.value.targets ?? [], input.target, change) }
    const changed = await storeChange(services, tx, draft, 'upstreams', row, value)
    if (!changed.ok) {
      // Forms of one field have no index: `targets[1].weight` is their `weight`.
      const problems = changed.problems.map(({ path, message }) => ({ path: path.split('.').at(-1) ?? path, message }))
      throw new SwitchyardError('invalid', { problems })
    }

    const audit = { action: `set-${field}`, kind: 'upstreams', resource: input.upstream, detail: changed.detail }
    const result: TargetChanged = { etag: changed.etag }
    if (!input.publish) return { result, audit }
    const head = await services.heads.read(tx)
    const config = withChangedTarget(head, input.upstream, input.target, change)
    if (config === head?.config) return { result, audit }
    const { number, effects } = await insertRevision(tx, services.now(), actorOf(caller), head, { config })
    return { result: { ...result, revision: number, effects }, audit, published: true }
  })
}

function withChange<T extends { id: string }>(targets: readonly T[], id: string, change: TargetChange): T[] {
  if (!targets.some((target) => target.id === id)) throw new SwitchyardError('not_found')
  return targets.map((target) => (target.id === id ? { ...target, ...change } : target))
}

/** What serves, with this change alone; the same object when it is so already. */
function withChangedTarget(head: Head | undefined, upstream: string, target: string, change: TargetChange): Config {
  const serving = head?.config.upstreams.find(({ id }) => id === upstream)
  const before = serving?.targets.find(({ id }) => id === target)
  if (!head || !serving || !before) {
    throw new SwitchyardError('not_found', {
      message: 'What serves does not have this target yet; publish the whole draft instead.',
    })
  }
  const same = Object.entries(change).every(([key, value]) => before[key as keyof typeof before] === value)
  if (same) return head.config
  const changed = { ...serving, targets: withChange(serving.targets, target, change) }
  const upstreams = head.config.upstreams.map((one) => (one.id === upstream ? changed : one))
  const config = { ...head.config, upstreams }
  const problems = checkConfig(model, config)
  if (problems.length > 0) throw new SwitchyardError('invalid', { problems })
  return config
}
