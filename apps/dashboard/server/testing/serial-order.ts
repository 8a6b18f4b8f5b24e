import { isDeepStrictEqual } from 'node:util'
import { canonicalText } from '@switchyard/core/config/canonical'
import type { Config, Upstream } from '@switchyard/core/config/model'
import { parseConfig, parseResource } from '@switchyard/core/config/parse'
import { model } from '@switchyard/middleware/model'

/** A call that was answered with success, with all that its answer says. */
export type Success =
  | { type: 'create'; value: object; id: string; etagAfter: string }
  | { type: 'update'; id: string; etag: string; value: object; etagAfter: string }
  | { type: 'remove'; id: string; etag: string }
  | {
      type: 'weight'
      id: string
      target: string
      weight: number
      etag: string
      etagAfter: string
      revision?: number | undefined
    }
  | { type: 'apply'; document: object; publish: boolean; revision?: number | undefined }
  | { type: 'publish'; etag: string; revision: number }
  | { type: 'rollback'; number: number; revision: number }

/**
 * What a control plane would hold if these calls had come one after the other: each is done again by the plainest code
 * there is. Throws where a call could not have succeeded at its place: because it was based on what was no more.
 */
export class SerialOrder {
  draft: Config
  /** Canonical texts, the first revision first. */
  readonly revisions: string[]
  /** Of each upstream now; undefined where nobody was told of it yet. */
  readonly #etags = new Map<string, string | undefined>()
  /** Etags that were replaced. */
  readonly #past = new Set<string>()
  #draftEtag: string | undefined

  constructor(document: object) {
    this.draft = parse(document)
    this.revisions = [canonicalText(this.draft)]
  }

  /** Does one more, and gives the records that the audit must have of it, in order. */
  add(call: Success): string[] {
    const published = (action: string) =>
      'revision' in call && call.revision ? [`${action} revisions ${call.revision}`] : []
    switch (call.type) {
      case 'create':
        this.#edit([...this.draft.upstreams, read(call.value)])
        this.#etags.set(call.id, call.etagAfter)
        return [`create upstreams ${call.id}`]
      case 'update':
        this.#guard(call.id, call.etag)
        this.#edit(this.draft.upstreams.map((one) => (one.id === call.id ? read(call.value) : one)))
        this.#etags.set(call.id, call.etagAfter)
        return [`update upstreams ${call.id}`]
      case 'remove':
        this.#guard(call.id, call.etag)
        this.#edit(this.draft.upstreams.filter(({ id }) => id !== call.id))
        return [`remove upstreams ${call.id}`]
      case 'weight':
        this.#guard(call.id, call.etag)
        this.#edit(weigh(this.draft.upstreams, call))
        this.#etags.set(call.id, call.etagAfter)
        if (call.revision) this.#publish(call.revision, { ...this.#head, upstreams: weigh(this.#head.upstreams, call) })
        return [...published('publish'), `set-weight upstreams ${call.id}`]
      case 'apply':
        this.#edit(merge(this.draft.upstreams, parse(call.document).upstreams))
        if (call.revision)
          this.#publish(call.revision, {
            ...this.#head,
            upstreams: merge(this.#head.upstreams, parse(call.document).upstreams),
          })
        return [...published('publish'), 'apply draft ']
      case 'publish':
        if (this.#past.has(call.etag)) throw new Error(`Revision ${call.revision} is of a draft that was no more.`)
        if (this.#draftEtag !== undefined && this.#draftEtag !== call.etag) throw new Error('The draft has two etags.')
        this.#draftEtag = call.etag
        this.#publish(call.revision, this.draft)
        return published('publish')
      case 'rollback': {
        const config = parse(JSON.parse(this.revisions[call.number - 1] ?? ''))
        this.#publish(call.revision, config)
        this.#edit(config.upstreams)
        return published('rollback')
      }
    }
  }

  get #head(): Config {
    return parse(JSON.parse(this.revisions.at(-1) ?? ''))
  }

  #guard(id: string, etag: string): void {
    if (!this.#etags.has(id) && !this.draft.upstreams.some((one) => one.id === id))
      throw new Error(`There was no ${id}.`)
    const now = this.#etags.get(id)
    if (this.#past.has(etag) || (now !== undefined && now !== etag)) throw new Error(`An update of ${id} is lost.`)
    this.#etags.set(id, etag)
  }

  /** What is the same keeps its etag. */
  #edit(upstreams: Upstream[]): void {
    const before = new Map(this.draft.upstreams.map((one) => [one.id, one]))
    for (const [id, etag] of this.#etags) {
      if (
        isDeepStrictEqual(
          before.get(id),
          upstreams.find((one) => one.id === id),
        )
      )
        continue
      if (etag !== undefined) this.#past.add(etag)
      this.#etags.delete(id)
    }
    if (this.#draftEtag !== undefined) this.#past.add(this.#draftEtag)
    this.#draftEtag = undefined
    this.draft = { ...this.draft, upstreams }
  }

  #publish(number: number, config: Config): void {
    if (number !== this.revisions.length + 1) throw new Error(`Revision ${number} came after ${this.revisions.length}.`)
    this.revisions.push(canonicalText(config))
  }
}

function parse(document: object): Config {
  const parsed = parseConfig(model, document)
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems))
  return parsed.value
}

function read(value: object): Upstream {
  const parsed = parseResource(model, 'upstreams', value)
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems))
  return parsed.value
}

const weigh = (
  upstreams: readonly Upstream[],
  { id, target, weight }: { id: string; target: string; weight: number },
) =>
  upstreams.map((one) =>
    one.id === id ? { ...one, targets: one.targets.map((t) => (t.id === target ? { ...t, weight } : t)) } : one,
  )

const merge = (base: readonly Upstream[], named: readonly Upstream[]): Upstream[] => [
  ...new Map([...base, ...named].map((one) => [one.id, one])).values(),
]
