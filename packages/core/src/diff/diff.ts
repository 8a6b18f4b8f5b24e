import { leaveOutDefaults } from '../config/canonical.ts'
import type { Config, Model, Upstream } from '../config/model.ts'
import { caseMeant } from '../schema/case-meant.ts'
import { describe, type Field } from '../schema/describe.ts'
import { type Kind, kinds, singular } from '../schema/fields.ts'
import { findDetails, orderDetail } from './details.ts'
import { findEffects } from './effects.ts'
import { describeDetail } from './sentences.ts'
import { addShares } from './shares.ts'

/** What happened to one resource between two configurations. */
export interface Change {
  kind: Kind
  /** Empty when resources only stand in another order: the document differs then, what is served does not. */
  id: string
  action: 'added' | 'removed' | 'changed'
  /** Of a resource that came or went: its fields that are not at their default. */
  details: Detail[]
  /** Of an upstream that changed: what becomes of the state that nodes have of it. */
  effects?: Effects
}

/** What of the state on the nodes survives an edit, and what begins anew. */
export interface Effects {
  kept: Effect[]
  reset: Effect[]
  /** The same for people: `kept: health of a and b`, `reset: health of c (its address changed)`. */
  sentences: string[]
}

/**
 * - `health` what probes and failures have shown, ejection and slow start among it
 * - `ejections` that targets are out because of failures, where their health is kept otherwise
 * - `latency` what answers take
 * - `connections` those that are open to targets, WebSockets among them; reset: they finish, and are ended in the end
 * - `position` where the balancer is in its sequence
 * - `breaker` whether it is open, and what it has counted
 * - `affinity` which client belongs to which target
 * - `keys` which key goes to which target
 */
export interface Effect {
  what: 'health' | 'ejections' | 'latency' | 'connections' | 'position' | 'breaker' | 'affinity' | 'keys'
  /**
   * Of these targets, in the order of the document; absent: of the upstream as a whole. Of what is kept, absent also where
   * there are too many to name: then of all those that are not named as reset.
   */
  targets?: string[]
  /** Of `keys`: how much of all there are, 0 to 1. */
  share?: number
  /** Of what is reset; absent of keys that other targets are to have. */
  because?: EffectCause
}

/**
 * - `address`, `added`, `removed` of a target
 * - `disabled`, `drains`, `weight` of a target: it takes nothing new any more
 * - `tls` how targets are spoken to has changed
 * - `strategy` another one, or another key
 * - `settings` those that it depends on have changed
 * - `off` what it comes from is turned off
 */
export type EffectCause =
  | 'address'
  | 'added'
  | 'removed'
  | 'disabled'
  | 'drains'
  | 'weight'
  | 'tls'
  | 'strategy'
  | 'settings'
  | 'off'

/** What happened to one field, or to one thing in a list. */
export interface Detail {
  /** Relative to the resource; things with an id or a name stand by it: `targets[b].weight`. */
  path: string
  /** What people call the path, outside in: `Targets`, `b`, `Weight`. */
  labels: string[]
  action: 'added' | 'removed' | 'changed'
  /** Plain JSON, defaults left out. */
  before?: unknown
  after?: unknown
  unit?: 'ms' | 'bytes' | 'percent'
  /** Of a target or a part of a split: its expected share of the traffic, 0 to 1. */
  share?: { before: number; after: number }
}

/**
 * What differs, by id and in the words of the schema, kind by kind. Empty only when both have the same canonical
 * form. Without `before` everything is new.
 */
export function diffConfigs(model: Model, before: Config | undefined, after: Config): Change[] {
  return kinds.flatMap((kind) => {
    const field = describe(model.kinds[kind])
    return diffKind(kind, field, before?.[kind] ?? [], after[kind])
  })
}

type Resource = Config[Kind][number]

function diffKind(kind: Kind, field: Field, before: readonly Resource[], after: readonly Resource[]): Change[] {
  const old = new Map(before.map((resource) => [resource.id, resource]))
  const left = new Map(old)
  const changes: Change[] = []
  for (const resource of after) {
    const then = old.get(resource.id)
    left.delete(resource.id)
    if (then === undefined) changes.push(wholeChange(kind, field, 'added', resource))
    else {
      const details = addShares(kind, then, resource, findDetails(field, then, resource))
      if (details.length === 0) continue
      changes.push({ kind, id: resource.id, action: 'changed', details, ...effectsOn(kind, then, resource) })
    }
  }
  for (const resource of left.values()) changes.push(wholeChange(kind, field, 'removed', resource))
  const order = orderDetail(
    before.map(({ id }) => id),
    after.map(({ id }) => id),
  )
  if (order !== undefined) changes.push({ kind, id: '', action: 'changed', details: [order] })
  return changes
}

/** Only of upstreams do nodes keep a state. The casts state which resources a kind has. */
const effectsOn = (kind: Kind, before: Resource, after: Resource): { effects?: Effects } =>
  kind === 'upstreams' ? { effects: findEffects(before as Upstream, after as Upstream) } : {}

function wholeChange(kind: Kind, field: Field, action: 'added' | 'removed', resource: Resource): Change {
  const written = leaveOutDefaults(field, resource) as Record<string, unknown>
  const fields = fieldsOf(field, resource)
  const details = Object.entries(written).flatMap(([key, value]): Detail[] => {
    if (key === 'id') return []
    const place = { path: key, labels: [fields[key]?.title ?? 'Type'], action }
    return [action === 'added' ? { ...place, after: value } : { ...place, before: value }]
  })
  return { kind, id: resource.id, action, details }
}

function fieldsOf(field: Field, value: unknown): Record<string, Field> {
  if (field.kind === 'group') return field.fields
  return field.kind === 'variants' ? (caseMeant(field.cases, value)?.fields ?? {}) : {}
}

/** A change in English sentences, one for each detail: `target b of shop: weight 1 → 4 (share 17 % → 50 %)`. */
export function describeChange(change: Change): string[] {
  const { kind, id, action, details } = change
  if (id === '') return [`${kind} stand in another order`]
  if (action !== 'changed') return [`${singular[kind]} ${id} ${action}`]
  return details.map((detail) => describeDetail(kind, id, detail))
}
