import type { Field } from '@switchyard/core/schema/describe'

export interface Section {
  /** Also its anchor. */
  name: string
  /** The field that the section is about; `undefined` for the sections of several small ones. */
  field: Field | undefined
  fields: Record<string, Field>
}

/** A field on a line of its own; the others hold further fields. */
export const isSmall = ({ kind }: Field) =>
  kind === 'text' || kind === 'number' || kind === 'switch' || kind === 'choice' || kind === 'ref'

/** What every resource may carry for people; it changes nothing that is served. */
export const isNote = (name: string) => ['title', 'description', 'labels'].includes(name)

/** What makes a route or an upstream what it is, and so stands first. */
const first = ['match', 'forward', 'targets']

/** What belongs to a larger field so closely that it stands in the section of that one, below it. */
const beside: Readonly<Record<string, readonly string[]>> = {
  strategy: ['affinity'],
  health: ['slowStart', 'whenNoneEligible', 'tierMinPercent', 'breaker'],
}
const rank = (name: string) => (first.includes(name) ? first.indexOf(name) : first.length)

/**
 * Cuts a resource into sections: small fields first, then each larger one by itself, what is advanced, and at the end
 * the notes for people. Without those of `except`, which stand elsewhere on the screen.
 */
export function sectionsOf(fields: Record<string, Field>, except: readonly string[] = []): Section[] {
  const wanted = Object.entries(fields).filter(([key]) => !except.includes(key))
  const own = wanted.filter(([key]) => !isNote(key))
  const guests = own.flatMap(([key]) => beside[key] ?? [])
  const hosts = own.filter(([key]) => !guests.includes(key))
  const plain = hosts.filter(([, field]) => !field.advanced)
  const gather = (entries: [string, Field][]) => Object.fromEntries(entries)
  return [
    { name: 'general', field: undefined, fields: gather(plain.filter(([, field]) => isSmall(field))) },
    ...plain
      .filter(([, field]) => !isSmall(field))
      .sort(([a], [b]) => rank(a) - rank(b))
      .map(([key, field]) => ({ name: key, field, fields: { [key]: field, ...gather(guestsOf(key, own)) } })),
    { name: 'advanced', field: undefined, fields: gather(hosts.filter(([, field]) => field.advanced)) },
    { name: 'notes', field: undefined, fields: gather(wanted.filter(([key]) => isNote(key))) },
  ].filter((section) => Object.keys(section.fields).length > 0)
}

const guestsOf = (key: string, own: readonly [string, Field][]) =>
  (beside[key] ?? []).flatMap((name) => own.filter(([other]) => other === name))
