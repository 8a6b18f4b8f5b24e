'use client'

import type { Field } from '@switchyard/core/schema/describe'
import type { Path } from '@switchyard/core/schema/path'
import { useTranslations } from 'use-intl'
import { problemsWithin } from '../../lib/form/field-problems.ts'
import { isSet } from '../../lib/form/is-set.ts'
import { type Draft, isObject } from '../../lib/form/object-edit.ts'
import { isNote } from '../../lib/form/sections.ts'
import { useSchemaWords } from '../../lib/schema-words.ts'
import { FieldInput } from './field-input.tsx'
import { Fold } from './fold.tsx'
import { useForm } from './form-context.tsx'

/** The fields of an object, in the order of the schema; advanced ones folded, with what is set there named on the fold. */
export function FieldSet({
  fields,
  path,
  value,
  onChange,
}: {
  fields: Record<string, Field>
  path: Path
  value: Draft
  onChange: (key: string, value: Draft) => void
}) {
  const t = useTranslations('form')
  const word = useSchemaWords()
  const { problems, tried, fixedId } = useForm()
  const at = (key: string): Draft => (isObject(value) ? value[key] : undefined)
  const all = Object.entries(fields).filter(([key]) => !(fixedId && path.length === 0 && key === 'id'))
  const folded = all.filter(([, field]) => field.advanced)
  const advanced = [...folded.filter(([key]) => !isNote(key)), ...folded.filter(([key]) => isNote(key))]
  const wrong = tried && advanced.some(([key]) => problemsWithin(problems, [...path, key]) > 0)
  const input = ([key, field]: [string, Field]) => (
    <FieldInput
      key={key}
      field={field}
      path={[...path, key]}
      value={at(key)}
      onChange={(next) => onChange(key, next)}
    />
  )
  return (
    <>
      {all.filter(([, field]) => !field.advanced).map(input)}
      {advanced.length === 0 ? null : (
        <Fold
          title={t('advanced')}
          note={advanced
            .filter(([key, field]) => isSet(at(key), field))
            .map(([, field]) => word(field.title))
            .join(', ')}
          open={wrong}
        >
          {advanced.map(input)}
        </Fold>
      )}
    </>
  )
}
