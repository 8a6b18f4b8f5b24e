/** A value while it is being edited: what the operator wrote, right or wrong. */
export type Draft = unknown
export type DraftObject = Record<string, unknown>

export const isObject = (value: unknown): value is DraftObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/**
 * Sets one key, or with `undefined` takes it away. A key that is there keeps its place. An object that loses its last
 * key becomes absent itself where it may be, so that setting a value and clearing it again leaves no trace.
 */
export function setKey(object: Draft, key: string, value: Draft, mayBeAbsent: boolean): DraftObject | undefined {
  const before = isObject(object) ? object : {}
  if (value !== undefined) return { ...before, [key]: value }
  if (!Object.hasOwn(before, key)) return isObject(object) ? object : mayBeAbsent ? undefined : {}
  const { [key]: _, ...rest } = before
  return mayBeAbsent && Object.keys(rest).length === 0 ? undefined : rest
}

export const itemsOf = (list: Draft): readonly Draft[] => (Array.isArray(list) ? list : [])

export const replaceItem = (list: Draft, at: number, value: Draft): Draft[] =>
  itemsOf(list).map((item, i) => (i === at ? value : item))

export const addItem = (list: Draft, value: Draft): Draft[] => [...itemsOf(list), value]

/** The list without one item; absent when that was the last one and the list may be absent. */
export function removeItem(list: Draft, at: number, mayBeAbsent: boolean): Draft[] | undefined {
  const rest = itemsOf(list).filter((_, i) => i !== at)
  return mayBeAbsent && rest.length === 0 ? undefined : rest
}

/** Moves one item by so many places; beyond the ends it stays at the end. */
export function moveItem(list: Draft, from: number, by: number): Draft[] {
  const items = [...itemsOf(list)]
  const to = Math.min(Math.max(from + by, 0), items.length - 1)
  const [item] = items.splice(from, 1)
  items.splice(to, 0, item)
  return items
}
