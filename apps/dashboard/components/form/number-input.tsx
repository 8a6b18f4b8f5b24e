'use client'

import type { NumberField } from '@switchyard/core/schema/describe'
import { useTranslations } from 'use-intl'
import { numberProblem, readNumberText, settleNumber, stepNumber } from '../../lib/form/number-text.ts'
import { TextInput } from '../ui/inputs.tsx'
import type { InputProps } from './field-input.tsx'
import { useForm } from './form-context.tsx'
import { FormRow } from './form-row.tsx'

const units = { ms: 'ms', bytes: 'bytes', percent: '%' } as const

/** A number with its unit inside. Keeps whatever was typed; arrow keys step by one, with Shift by ten (tenths of that where it need not be whole). */
export function NumberInput({ field, path, value, onChange, bare }: InputProps<NumberField>) {
  const t = useTranslations('form')
  const { touch, readOnly } = useForm()
  const wrong = numberProblem(value, field)
  return (
    <FormRow field={field} path={path} bare={bare} problem={wrong && t(wrong.word, { min: wrong.min, max: wrong.max })}>
      {(wiring) => (
        <TextInput
          {...wiring}
          inputMode={field.integer ? 'numeric' : 'decimal'}
          mono
          className="figures max-w-48"
          readOnly={readOnly}
          value={value === undefined ? '' : String(value)}
          placeholder={field.default === undefined ? (field.example ?? '') : String(field.default)}
          {...(field.unit === undefined ? {} : { unit: units[field.unit] })}
          onBlur={() => {
            touch(path)
            const settled = settleNumber(value, field)
            if (settled !== value) onChange(settled)
          }}
          onChange={(event) => onChange(readNumberText(event.target.value, field))}
          onKeyDown={(event) => {
            if (readOnly || (event.key !== 'ArrowUp' && event.key !== 'ArrowDown')) return
            event.preventDefault()
            onChange(stepNumber(value, (event.key === 'ArrowUp' ? 1 : -1) * (event.shiftKey ? 10 : 1), field))
          }}
        />
      )}
    </FormRow>
  )
}
