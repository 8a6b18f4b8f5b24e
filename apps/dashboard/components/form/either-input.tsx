'use client'

import type { EitherField } from '@switchyard/core/schema/describe'
import { useRef } from 'react'
import { emptyValue } from '../../lib/form/empty-value.ts'
import { type Draft, isObject, setKey } from '../../lib/form/object-edit.ts'
import { useSchemaWords } from '../../lib/schema-words.ts'
import { Select } from '../ui/inputs.tsx'
import { Labelled } from '../ui/labelled.tsx'
import type { InputProps } from './field-input.tsx'
import { FieldSet } from './field-set.tsx'
import { useForm } from './form-context.tsx'
import { TextFieldInput } from './text-field-input.tsx'

/** A text, or where it is instead. The one that was left comes back as it was. */
export function EitherInput({ field, path, value, onChange, bare }: InputProps<EitherField>) {
  const word = useSchemaWords()
  const { touch, readOnly } = useForm()
  const kept = useRef<Draft>(undefined)
  const elsewhere = isObject(value)

  const choose = (name: string) => {
    touch(path)
    const before = kept.current
    kept.current = value
    onChange(before ?? emptyValue(name === 'object' ? field.object : field.plain))
  }
  return (
    <div className="space-y-4">
      <Labelled
        label={<span className={bare ? 'sr-only' : undefined}>{word(field.title)}</span>}
        hint={bare ? undefined : word(field.description)}
      >
        {(wiring) => (
          <Select
            {...wiring}
            className="max-w-72"
            disabled={readOnly}
            value={elsewhere ? 'object' : 'plain'}
            onChange={(event) => choose(event.target.value)}
          >
            <option value="plain">{word(field.plain.title)}</option>
            <option value="object">{word(field.object.title)}</option>
          </Select>
        )}
      </Labelled>
      <div className="space-y-4 border-line border-l pl-4">
        {elsewhere ? (
          <FieldSet
            fields={field.object.fields}
            path={path}
            value={value}
            onChange={(key, next) => onChange(setKey(value, key, next, false))}
          />
        ) : (
          <TextFieldInput field={field.plain} path={path} value={value} onChange={onChange} />
        )}
      </div>
    </div>
  )
}
