'use client'

import type { RefField, TextField } from '@switchyard/core/schema/describe'
import { useTranslations } from 'use-intl'
import { Select } from '../ui/inputs.tsx'
import type { InputProps } from './field-input.tsx'
import { useForm } from './form-context.tsx'
import { FormRow } from './form-row.tsx'

/** One of the names there are. One that is not there any more is shown, and said to be gone. */
export function IdSelect({
  field,
  path,
  value,
  onChange,
  bare,
  known,
}: InputProps<RefField | TextField> & { known: readonly string[] }) {
  const t = useTranslations('form')
  const { touch, readOnly } = useForm()
  const current = typeof value === 'string' ? value : ''
  return (
    <FormRow field={field} path={path} bare={bare}>
      {(wiring) => (
        <Select
          {...wiring}
          className="max-w-72 font-mono text-table"
          disabled={readOnly}
          value={current}
          onBlur={() => touch(path)}
          onChange={(event) => {
            touch(path)
            onChange(event.target.value === '' && field.optional ? undefined : event.target.value)
          }}
        >
          {current === '' || field.optional ? <option value="">{t('choose')}</option> : null}
          {current !== '' && !known.includes(current) ? (
            <option value={current}>{t('missing', { id: current })}</option>
          ) : null}
          {known.map((id) => (
            <option key={id} value={id}>
              {id}
            </option>
          ))}
        </Select>
      )}
    </FormRow>
  )
}
