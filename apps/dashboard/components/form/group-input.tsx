'use client'

import type { GroupField } from '@switchyard/core/schema/describe'
import { setKey } from '../../lib/form/object-edit.ts'
import { useSchemaWords } from '../../lib/schema-words.ts'
import { FieldError } from '../ui/field-error.tsx'
import type { InputProps } from './field-input.tsx'
import { FieldSet } from './field-set.tsx'
import { useFieldProblem } from './form-context.tsx'

/** Fields that belong together. */
export function GroupInput({ field, path, value, onChange, bare }: InputProps<GroupField>) {
  const word = useSchemaWords()
  const error = useFieldProblem(path)
  const fields = (
    <>
      {error ? <FieldError>{error}</FieldError> : null}
      <FieldSet
        fields={field.fields}
        path={path}
        value={value}
        onChange={(key, next) => onChange(setKey(value, key, next, field.optional))}
      />
    </>
  )
  if (bare) return <div className="space-y-4">{fields}</div>
  return (
    <fieldset className="space-y-3">
      <legend className="font-medium text-table">{word(field.title)}</legend>
      <p className="-mt-2 text-muted text-xs">{word(field.description)}</p>
      <div className="space-y-4 border-line border-l pl-4">{fields}</div>
    </fieldset>
  )
}
