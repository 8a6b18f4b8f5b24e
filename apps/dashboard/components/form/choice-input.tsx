'use client'

import type { ChoiceField } from '@switchyard/core/schema/describe'
import { useTranslations } from 'use-intl'
import { Select } from '../ui/inputs.tsx'
import type { InputProps } from './field-input.tsx'
import { useForm } from './form-context.tsx'
import { FormRow } from './form-row.tsx'

/** One of a few values. Left out, the default is named. */
export function ChoiceInput({ field, path, value, onChange, bare }: InputProps<ChoiceField>) {
  const t = useTranslations('form')
  const { touch, readOnly } = useForm()
  return (
    <FormRow field={field} path={path} bare={bare}>
      {(wiring) => (
        <Select
          {...wiring}
          className="max-w-72"
          disabled={readOnly}
          value={value === undefined ? '' : String(value)}
          onBlur={() => touch(path)}
          onChange={(event) => {
            touch(path)
            onChange(field.options.find((option) => String(option) === event.target.value))
          }}
        >
          {field.optional ? (
            <option value="">
              {field.default === undefined ? t('notSet') : t('byDefault', { value: String(field.default) })}
            </option>
          ) : null}
          {field.options.map((option) => (
            <option key={option} value={String(option)}>
              {option}
            </option>
          ))}
        </Select>
      )}
    </FormRow>
  )
}
