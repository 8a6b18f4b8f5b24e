import { withoutDefaults } from '@switchyard/core/config/canonical'
import type { Config } from '@switchyard/core/config/model'
import { checkConfig } from '@switchyard/core/config/parse'
import type { Change } from '@switchyard/core/diff/diff'
import { SwitchyardError } from '@switchyard/core/errors'
import { model } from '@switchyard/middleware/model'
import { actorOf, type Caller } from '../access/caller.ts'
import { refuseBadCertificates } from '../certificates/check-certificates.ts'
import { editDraft } from '../draft/edit-draft.ts'
import { replaceDraft } from '../draft/replace-draft.ts'
import { compare, emptyConfig } from '../revisions/compare.ts'
import { insertRevision } from '../revisions/insert-revision.ts'
import type { Services } from '../services.ts'
import { certificateProblems } from './certificate-problems.ts'
import { type DocumentText, readText } from './read-text.ts'

export interface Applied {
  /** What it changed: of the draft, or, with `publish`, of what serves. */
  changes: Change[]
  /** With `publish`: the revision that has it. Absent when what serves said the same already. */
  revision?: number
}

/**
 * Brings a document into the draft: resources that it names are added or replaced, with `prune` all others go. With
 * `publish` the same is done to what serves and published at once: other changes of the draft stay unpublished.
 */
export async function applyConfig(
  services: Services,
  caller: Caller,
  input: DocumentText & {
    prune?: boolean | undefined
    publish?: boolean | undefined
    message?: string | undefined
    confirm?: boolean | undefined
  },
): Promise<Applied> {
  const { prune = false, publish = false, message, confirm } = input
  const document = readText(input)
  return editDraft<Applied>(services, caller, async (tx, draft) => {
    if (!prune && !draft.parsed.ok) throw new SwitchyardError('invalid', { problems: draft.parsed.problems })
    const problems = await certificateProblems(services, tx, document, input)
    if (problems.length > 0) throw new SwitchyardError('invalid', { problems })
    const next = prune ? document : merge(draft.config, document)
    const { changes, sentences } = compare(draft.config, next)
    await replaceDraft(tx, services.now(), draft, withoutDefaults(model, next))
    const edited = changes.length > 0 && {
      audit: { action: 'apply', kind: 'draft', resource: '', detail: sentences },
    }
    if (!publish) return { result: { changes }, ...edited }

    const head = await services.heads.read(tx)
    const serving = prune ? document : merge(head?.config ?? emptyConfig, document)
    const published = compare(head?.config, serving).changes
    if (published.length === 0) return { result: { changes: published }, ...edited }
    await refuseBadCertificates(services, tx, serving)
    const { number } = await insertRevision(tx, services.now(), actorOf(caller), head, {
      config: serving,
      message,
      confirm,
    })
    return { result: { changes: published, revision: number }, ...edited, published: true }
  })
}

/** What the document names takes its place in the list, or comes at the end. */
function merge(base: Config, document: Config): Config {
  const merged: Config = {
    switchyard: 1,
    listeners: mergeLists(base.listeners, document.listeners),
    upstreams: mergeLists(base.upstreams, document.upstreams),
    routes: mergeLists(base.routes, document.routes),
    middleware: mergeLists(base.middleware, document.middleware),
    certificates: mergeLists(base.certificates, document.certificates),
  }
  const problems = checkConfig(model, merged)
  if (problems.length > 0) throw new SwitchyardError('invalid', { problems })
  return merged
}

function mergeLists<T extends { id: string }>(base: readonly T[], named: readonly T[]): T[] {
  const byId = new Map([...base, ...named].map((resource) => [resource.id, resource]))
  return [...byId.values()]
}
