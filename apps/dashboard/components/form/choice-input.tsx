'use client'

import type { ChoiceField } from '@switchyard/core/schema/describe'
import { useState } from 'react'
import { useTranslations } from 'use-intl'
import { Select } from '../ui/inputs.tsx'
import type { InputProps } from './field-input.tsx'
import { useForm } from './form-context.tsx'
import { FormRow } from './form-row.tsx'

/** One of a few values. Left out, the default is chosen; chosen again, it is again as it was written. */
export function ChoiceInput({ field, path, value, onChange, bare }: InputProps<ChoiceField>) {
  const t = useTranslations('form')
  const { touch, readOnly } = useForm()
  const [leftOut] = useState(value === undefined)
  const shown = value ?? field.default
  return (
    <FormRow field={field} path={path} bare={bare}>
      {(wiring) => (
        <Select
          {...wiring}
          className="max-w-72"
          disabled={readOnly}
          value={shown === undefined ? '' : String(shown)}
          onBlur={() => touch(path)}
          onChange={(event) => {
            touch(path)
            const next = field.options.find((option) => String(option) === event.target.value)
            onChange(leftOut && field.optional && next === field.default ? undefined : next)
          }}
        >
          {field.optional && field.default === undefined ? <option value="">{t('notSet')}</option> : null}
          {field.options.map((option) => (
            <option key={option} value={String(option)}>
              {option === field.default ? t('byDefault', { value: String(option) }) : option}
            </option>
          ))}
        </Select>
      )}
    </FormRow>
  )
}
