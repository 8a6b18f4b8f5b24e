'use client'

import type { SwitchField } from '@switchyard/core/schema/describe'
import { useId, useState } from 'react'
import { useSchemaWords } from '../../lib/schema-words.ts'
import { FieldError } from '../ui/field-error.tsx'
import { Switch } from '../ui/switch.tsx'
import type { InputProps } from './field-input.tsx'
import { useFieldProblem, useForm } from './form-context.tsx'

/** On or off. Switched back to its default it is again as it was written: left out, if it had been left out. */
export function SwitchInput({ field, path, value, onChange }: InputProps<SwitchField>) {
  const word = useSchemaWords()
  const id = useId()
  const { touch, readOnly } = useForm()
  const error = useFieldProblem(path)
  const [leftOut] = useState(value === undefined)
  const on = typeof value === 'boolean' ? value : field.default === true
  return (
    <div className="flex items-start gap-3">
      <Switch
        id={id}
        className="mt-px"
        checked={on}
        disabled={readOnly}
        aria-describedby={`${id}-about`}
        onCheckedChange={(next) => {
          touch(path)
          onChange(leftOut && field.optional && next === (field.default ?? false) ? undefined : next)
        }}
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
  )
}
