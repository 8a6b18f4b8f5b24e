import type { Field } from '@switchyard/core/schema/describe'

export interface Section {
  /** Also its anchor. */
  name: string
  /** The one field that the section is about; `undefined` for the sections of several small ones. */
  field: Field | undefined
  fields: Record<string, Field>
}

const isSmall = ({ kind }: Field) =>
  kind === 'text' || kind === 'number' || kind === 'switch' || kind === 'choice' || kind === 'ref'

const pick = (fields: Record<string, Field>, wanted: (field: Field) => boolean) =>
  Object.fromEntries(Object.entries(fields).filter(([, field]) => wanted(field)))

/**
 * Cuts a resource into sections: small fields first, then each larger one by itself, and what is advanced at the end.
 * Without those of `except`, which stand elsewhere on the screen.
 */
export function sectionsOf(fields: Record<string, Field>, except: readonly string[] = []): Section[] {
  const wanted = Object.fromEntries(Object.entries(fields).filter(([key]) => !except.includes(key)))
  const general = pick(wanted, (field) => isSmall(field) && !field.advanced)
  const large = Object.entries(pick(wanted, (field) => !isSmall(field) && !field.advanced))
  const advanced = pick(wanted, (field) => field.advanced === true)
  return [
    { name: 'general', field: undefined, fields: general },
    ...large.map(([key, field]) => ({ name: key, field, fields: { [key]: field } })),
    { name: 'advanced', field: undefined, fields: advanced },
  ].filter((section) => Object.keys(section.fields).length > 0)
}
