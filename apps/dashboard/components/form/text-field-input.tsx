'use client'

import type { TextField } from '@switchyard/core/schema/describe'
import { TextArea, TextInput } from '../ui/inputs.tsx'
import type { InputProps } from './field-input.tsx'
import { useForm } from './form-context.tsx'
import { FormRow } from './form-row.tsx'

/** Names, addresses, paths and patterns are read letter by letter; a title is prose. */
const isProse = (field: TextField) =>
  field.pattern === undefined && field.example === undefined && field.default === undefined && !field.multiline

export function TextFieldInput({ field, path, value, onChange, bare }: InputProps<TextField>) {
  const { touch, readOnly } = useForm()
  const shared = {
    value: typeof value === 'string' ? value : value === undefined ? '' : JSON.stringify(value),
    placeholder: typeof field.default === 'string' && field.default !== '' ? field.default : (field.example ?? ''),
    mono: !isProse(field),
    readOnly,
    onBlur: () => touch(path),
  }
  const change = (text: string) => onChange(text === '' && field.optional ? undefined : text)
  return (
    <FormRow field={field} path={path} bare={bare}>
      {(wiring) =>
        field.multiline ? (
          <TextArea {...wiring} {...shared} rows={4} onChange={(event) => change(event.target.value)} />
        ) : (
          <TextInput {...wiring} {...shared} onChange={(event) => change(event.target.value)} />
        )
      }
    </FormRow>
  )
}
