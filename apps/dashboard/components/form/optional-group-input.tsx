'use client'

import type { GroupField } from '@switchyard/core/schema/describe'
import { useId, useRef } from 'react'
import { emptyValue } from '../../lib/form/empty-value.ts'
import { type Draft, setKey } from '../../lib/form/object-edit.ts'
import { useSchemaWords } from '../../lib/schema-words.ts'
import { FieldError } from '../ui/field-error.tsx'
import { Switch } from '../ui/switch.tsx'
import type { InputProps } from './field-input.tsx'
import { FieldSet } from './field-set.tsx'
import { useFieldProblem, useForm } from './form-context.tsx'

/** A group that is there or not. Switched off and on again, it comes back as it was. */
export function OptionalGroupInput({ field, path, value, onChange }: InputProps<GroupField>) {
  const word = useSchemaWords()
  const id = useId()
  const { touch, readOnly } = useForm()
  const error = useFieldProblem(path)
  const kept = useRef<Draft>(undefined)
  const there = value !== undefined

  const turn = (on: boolean) => {
    touch(path)
    if (!on) kept.current = value
    onChange(on ? (kept.current ?? emptyValue(field)) : undefined)
  }
  return (
    <div className="space-y-3">
      <div className="flex items-start gap-3">
        <Switch
          id={id}
          className="mt-px"
          checked={there}
          disabled={readOnly}
          aria-describedby={`${id}-about`}
          onCheckedChange={turn}
        />
        <div className="min-w-0 space-y-0.5">
          <label htmlFor={id} className="block font-medium text-table">
            {word(field.title)}
          </label>
          <p id={`${id}-about`} className="text-muted text-xs">
            {word(field.description)}
          </p>
          {error ? <FieldError>{error}</FieldError> : null}
        </div>
      </div>
      {there ? (
        <fieldset aria-label={word(field.title)} className="ml-4 space-y-4 border-line border-l pl-7">
          <FieldSet
            fields={field.fields}
            path={path}
            value={value}
            onChange={(key, next) => onChange(setKey(value, key, next, false))}
          />
        </fieldset>
      ) : null}
    </div>
  )
}
