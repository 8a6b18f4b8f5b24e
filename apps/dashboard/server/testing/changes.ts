import { applyConfig } from '../config/apply.ts'
import { publishDraft } from '../revisions/publish.ts'
import { rollBack } from '../revisions/roll-back.ts'
import type { Services } from '../services.ts'
import { changeTarget } from '../targets/change-target.ts'

const caller = { kind: 'token', id: 'test', name: 'test', role: 'admin' } as const

/** Looks at what is there and gives what will change it. */
type Prepare = (services: Services) => Promise<() => Promise<unknown>>

/** Another document each time, by the number of revisions there are: one upstream and a page of its own beside what `shop` is. */
const documentAfter = (revisions: number) =>
  JSON.stringify({
    switchyard: 1,
    listeners: [{ id: 'web', port: 8080, title: `after ${revisions}` }],
    upstreams: [
      { id: 'shop', targets: [{ id: 'a', url: 'http://127.0.0.1:2003' }], title: `after ${revisions}` },
      { id: `extra-${revisions % 3}`, targets: [{ id: 'a', url: 'http://127.0.0.1:2003' }] },
    ],
    routes: [
      { id: 'shop', match: { path: { type: 'prefix', value: `/${revisions}` } }, forward: { upstream: 'shop' } },
    ],
  })

const apply =
  (flags: { prune?: true; publish?: true }): Prepare =>
  async (services) => {
    const text = documentAfter((await services.heads.read())?.number ?? 0)
    return () => applyConfig(services, caller, { text, format: 'json', confirm: true, ...flags })
  }

/** Sets the weight of a target of `shop` to another than it has. */
const setWeight =
  (publish: boolean): Prepare =>
  async (services) => {
    const row = (await services.drafts.read()).rows.upstreams.find(({ id }) => id === 'shop')
    const target = row?.value.targets?.at(-1)
    if (!row || !target) throw new Error('The draft has no upstream "shop" with a target.')
    const input = { upstream: 'shop', target: target.id, etag: row.etag, publish }
    return () => changeTarget(services, caller, input, { weight: (target.weight ?? 1) + 1 })
  }

/** Every way by which a revision comes about, and those that edit the draft in several steps. */
export const changes = {
  publish: async (services) => {
    // So that there is something to publish, also after a change that left nothing.
    await (await setWeight(false)(services))()
    const { etag } = await services.drafts.read()
    return () => publishDraft(services, caller, { etag, confirm: true })
  },
  rollback: async (services) => () => rollBack(services, caller, { number: 1, confirm: true }),
  apply: apply({}),
  'apply-prune': apply({ prune: true }),
  'apply-publish': apply({ publish: true }),
  'apply-prune-publish': apply({ prune: true, publish: true }),
  'set-weight-publish': setWeight(true),
} as const satisfies Record<string, Prepare>

export const isChange = (name: string): name is keyof typeof changes => Object.hasOwn(changes, name)
