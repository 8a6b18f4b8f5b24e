import { leaveOutDefaults } from '../config/canonical.ts'
import { caseMeant } from '../schema/case-meant.ts'
import type { Field, ListField, VariantsField } from '../schema/describe.ts'
import { formatPath } from '../schema/path.ts'
import { sameJson } from '../schema/same-json.ts'
import type { Detail } from './diff.ts'

/** Where we are: the path so far and its labels. */
interface Place {
  readonly path: string
  readonly labels: readonly string[]
}

const inField = ({ path, labels }: Place, key: string, label: string): Place => {
  const step = formatPath([key])
  return { path: path === '' || step.startsWith('[') ? path + step : `${path}.${step}`, labels: [...labels, label] }
}
const inList = ({ path, labels }: Place, step: string, label = step): Place => ({
  path: `${path}[${step}]`,
  labels: [...labels, label],
})

/** What differs between two values of a field. Empty only when they are the same. */
export function findDetails(field: Field, before: unknown, after: unknown): Detail[] {
  return [...detailsOf(field, before, after, { path: '', labels: [] })]
}

/** Another order of the same things, as a detail; things that came or went count for nothing. */
export function orderDetail(
  before: readonly string[],
  after: readonly string[],
  { path, labels }: Place = { path: '', labels: [] },
): Detail | undefined {
  const there = new Set(after)
  const then = new Set(before)
  const stayed = before.filter((id) => there.has(id))
  if (
    sameJson(
      stayed,
      after.filter((id) => then.has(id)),
    )
  )
    return undefined
  return { path, labels: [...labels, 'Order'], action: 'changed', before: [...before], after: [...after] }
}

function* detailsOf(field: Field, before: unknown, after: unknown, place: Place): Generator<Detail> {
  if (sameJson(before, after)) return
  if (before === undefined || after === undefined) {
    yield detail(field, before, after, place)
    return
  }
  switch (field.kind) {
    case 'either': {
      // What stands here itself and what says where it is are two things, as two cases are.
      const objects = typeof before === 'object' && typeof after === 'object'
      if (objects) yield* detailsOfFields(field.object.fields, before, after, place)
      else yield detail(field, before, after, place)
      return
    }
    case 'group':
      return yield* detailsOfFields(field.fields, before, after, place)
    case 'variants':
      return yield* detailsOfVariants(field, before, after, place)
    case 'map':
      return yield* detailsOfMap(field.value, before as object, after as object, place)
    case 'list':
      return yield* detailsOfList(field, before as unknown[], after as unknown[], place)
    default:
      yield detail(field, before, after, place)
  }
}

function detail(field: Field, before: unknown, after: unknown, { path, labels }: Place): Detail {
  const action = before === undefined ? 'added' : after === undefined ? 'removed' : 'changed'
  const found: Detail = { path, labels: [...labels], action }
  if (before !== undefined) found.before = leaveOutDefaults(field, before)
  if (after !== undefined) found.after = leaveOutDefaults(field, after)
  if (field.kind === 'number' && field.unit !== undefined) found.unit = field.unit
  return found
}

function* detailsOfFields(
  fields: Record<string, Field>,
  before: unknown,
  after: unknown,
  place: Place,
): Generator<Detail> {
  for (const [key, field] of Object.entries(fields)) {
    const values = [before, after].map((value) => (value as Record<string, unknown>)[key])
    yield* detailsOf(field, values[0], values[1], inField(place, key, field.title))
  }
}

/** Inside the same case, field by field; another case is another thing. */
function* detailsOfVariants(field: VariantsField, before: unknown, after: unknown, place: Place): Generator<Detail> {
  const then = caseMeant(field.cases, before)
  if (then === undefined || then !== caseMeant(field.cases, after)) yield detail(field, before, after, place)
  else yield* detailsOfFields(then.fields, before, after, place)
}

function* detailsOfMap(field: Field, before: object, after: object, place: Place): Generator<Detail> {
  for (const key of new Set([...Object.keys(before), ...Object.keys(after)])) {
    const values = [before, after].map((map) =>
      Object.hasOwn(map, key) ? (map as Record<string, unknown>)[key] : undefined,
    )
    yield* detailsOf(field, values[0], values[1], inField(place, key, key))
  }
}

function* detailsOfList(field: ListField, before: unknown[], after: unknown[], place: Place): Generator<Detail> {
  const { item } = field
  if (item.kind !== 'group' && item.kind !== 'variants') return yield* detailsOfValues(item, before, after, place)
  const key = keyOf(item)
  const keysBefore = keysIn(before, key)
  const keysAfter = keysIn(after, key)
  if (keysBefore === undefined || keysAfter === undefined) return yield* detailsByPosition(item, before, after, place)
  const old = new Map(keysBefore.map((name, index) => [name, before[index]]))
  const left = new Set(keysBefore)
  for (const [index, name] of keysAfter.entries()) {
    left.delete(name)
    yield* detailsOf(item, old.get(name), after[index], inList(place, name))
  }
  for (const name of left) yield detail(item, old.get(name), undefined, inList(place, name))
  const order = orderDetail(keysBefore, keysAfter, place)
  if (order !== undefined) yield order
}

/** The field by which people tell the items of a list apart: an id, a name, or what they refer to. */
function keyOf(item: Field): string | undefined {
  const shapes = item.kind === 'group' ? [item.fields] : item.kind === 'variants' ? item.cases.map((c) => c.fields) : []
  const inAll = (key: string) => shapes.every((fields) => Object.hasOwn(fields, key))
  const reference = Object.entries(shapes[0] ?? {}).find(([, { kind }]) => kind === 'ref')?.[0]
  return ['id', 'name', reference].find((key) => key !== undefined && inAll(key))
}

/** The keys of all items, when every one has its own. */
function keysIn(items: readonly unknown[], key: string | undefined): string[] | undefined {
  if (key === undefined) return undefined
  const keys = items.map((item) => String((item as Record<string, unknown>)[key]))
  return new Set(keys).size === keys.length ? keys : undefined
}

/** Texts and numbers: which came, which went, or else that their order differs. */
function* detailsOfValues(field: Field, before: unknown[], after: unknown[], place: Place): Generator<Detail> {
  const went = without(before, after)
  const came = without(after, before)
  for (const value of went) yield detail(field, value, undefined, place)
  for (const value of came) yield detail(field, undefined, value, place)
  if (went.length + came.length > 0) return
  yield { path: place.path, labels: [...place.labels, 'Order'], action: 'changed', before, after }
}

/** `list` less the items of `other`, each as often as it is there. */
function without(list: readonly unknown[], other: readonly unknown[]): unknown[] {
  const counts = new Map<string, number>()
  for (const value of other) counts.set(JSON.stringify(value), (counts.get(JSON.stringify(value)) ?? 0) + 1)
  return list.filter((value) => {
    const count = counts.get(JSON.stringify(value)) ?? 0
    counts.set(JSON.stringify(value), count - 1)
    return count <= 0
  })
}

/** Things without names: what is the same at both ends is left alone, the rest is compared in turn. */
function* detailsByPosition(item: Field, before: unknown[], after: unknown[], place: Place): Generator<Detail> {
  const shorter = Math.min(before.length, after.length)
  let start = 0
  while (start < shorter && sameJson(before[start], after[start])) start += 1
  let end = 0
  while (end < shorter - start && sameJson(before.at(-1 - end), after.at(-1 - end))) end += 1
  const olds = before.slice(start, before.length - end)
  const news = after.slice(start, after.length - end)
  for (let i = 0; i < Math.max(olds.length, news.length); i++) {
    const position = start + i
    yield* detailsOf(item, olds[i], news[i], inList(place, String(position), String(position + 1)))
  }
}
