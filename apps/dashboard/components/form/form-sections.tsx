'use client'

import type { Field } from '@switchyard/core/schema/describe'
import { useTranslations } from 'use-intl'
import { problemsWithin } from '../../lib/form/field-problems.ts'
import { isSet } from '../../lib/form/is-set.ts'
import { type DraftObject, isObject, setKey } from '../../lib/form/object-edit.ts'
import { isOptionalGroup } from '../../lib/form/optional-group.ts'
import { isSmall, type Section } from '../../lib/form/sections.ts'
import { useSchemaWords } from '../../lib/schema-words.ts'
import { FieldInput } from './field-input.tsx'
import { Fold } from './fold.tsx'
import { useForm } from './form-context.tsx'

/** The sections of a resource under each other, each with an anchor. */
export function FormSections({
  sections,
  advancedTitle,
  value,
  onChange,
}: {
  sections: readonly Section[]
  advancedTitle: string
  value: DraftObject
  onChange: (value: DraftObject) => void
}) {
  const t = useTranslations('form')
  const word = useSchemaWords()
  const all = sections.map(({ name, field, fields }) => (
    <section
      key={name}
      id={name}
      aria-labelledby={`${name}-title`}
      className="scroll-mt-4 space-y-4 border-line border-t pt-4 first:border-t-0 first:pt-0"
    >
      <div>
        <h2 id={`${name}-title`} className="font-semibold text-sm">
          {field === undefined
            ? name === 'advanced'
              ? advancedTitle
              : t(name === 'general' ? 'general' : 'notes')
            : word(field.title)}
        </h2>
        {field === undefined ? null : <p className="text-muted text-xs">{word(field.description)}</p>}
      </div>
      {Object.entries(fields).map(([key, inner]) => (
        <SectionField
          key={key}
          name={key}
          field={inner}
          bare={key === name}
          value={value[key]}
          onChange={(next) => onChange(setKey(value, key, next, false) ?? {})}
        />
      ))}
    </section>
  ))
  return <div className="space-y-5">{all}</div>
}

function SectionField(props: {
  name: string
  field: Field
  bare: boolean
  value: unknown
  onChange: (value: unknown) => void
}) {
  const { name, field, bare, value, onChange } = props
  const word = useSchemaWords()
  const { problems, tried } = useForm()
  const input = (inside: boolean) => (
    <FieldInput bare={inside} field={field} path={[name]} value={value} onChange={onChange} />
  )
  if (!field.advanced || isSmall(field) || foldsItself(field)) return input(bare)
  return (
    <Fold
      title={word(field.title)}
      note={noteOf(field, value, word)}
      open={tried && problemsWithin(problems, [name]) > 0}
    >
      {input(true)}
    </Fold>
  )
}

/** What shows on one line whether it is there, and the rest of it only then. */
const foldsItself = (field: Field) =>
  isOptionalGroup(field) || field.kind === 'either' || (field.kind === 'variants' && field.default === undefined)

/** A value that stands on a line; of larger ones, that they are there is enough. */
function inShort(value: unknown): string {
  if (Array.isArray(value)) return value.map(inShort).join(', ')
  const text = isObject(value) ? '' : String(value)
  return text.includes('\n') ? '' : text
}

/** What is set inside, each with its value: "Connect 2000 ms, Response 5000 ms". */
function noteOf(field: Field, value: unknown, word: (english: string) => string): string {
  if (field.kind !== 'group') return isSet(value, field) ? JSON.stringify(value) : ''
  return Object.entries(field.fields)
    .filter(([key, inner]) => isObject(value) && isSet(value[key], inner))
    .map(([key, inner]) => {
      const set = isObject(value) ? value[key] : undefined
      const unit = inner.kind === 'number' && inner.unit !== undefined ? ` ${inner.unit}` : ''
      return `${word(inner.title)} ${inShort(set)}${unit}`.trimEnd()
    })
    .join(', ')
}
