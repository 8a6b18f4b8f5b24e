'use client'

import type { EitherField } from '@switchyard/core/schema/describe'
import { useRef, useState } from 'react'
import { useTranslations } from 'use-intl'
import { emptyValue } from '../../lib/form/empty-value.ts'
import { type Draft, isObject, setKey } from '../../lib/form/object-edit.ts'
import { useSchemaWords } from '../../lib/schema-words.ts'
import { Select } from '../ui/inputs.tsx'
import { Labelled } from '../ui/labelled.tsx'
import type { InputProps } from './field-input.tsx'
import { FieldSet } from './field-set.tsx'
import { useFieldProblem, useForm } from './form-context.tsx'
import { TextFieldInput } from './text-field-input.tsx'

/** The object's own option, which no choice can be called. */
const elsewhere = '{}'

/** A text or one of a few values, or an object instead of it. The one that was left comes back as it was. */
export function EitherInput(props: InputProps<EitherField>) {
  const { field, path, value, onChange, bare } = props
  const { plain, object } = field
  const word = useSchemaWords()
  const t = useTranslations('form')
  const { touch, readOnly } = useForm()
  const error = useFieldProblem(path)
  const kept = useRef<Draft>(undefined)
  const [leftOut] = useState(value === undefined)
  const isElsewhere = isObject(value)

  const chosen = isElsewhere ? elsewhere : plain.kind === 'choice' ? String(value ?? field.default ?? '') : 'plain'
  const choose = (name: string) => {
    touch(path)
    const option = plain.kind === 'choice' ? plain.options.find((one) => String(one) === name) : undefined
    const [left, back] = [value, kept.current]
    if (isElsewhere !== (name === elsewhere)) kept.current = left
    if (option !== undefined) onChange(leftOut && field.optional && option === field.default ? undefined : option)
    else onChange(back ?? emptyValue(name === elsewhere ? object : plain))
  }
  const about = isElsewhere ? object.description : plain.kind === 'choice' ? plain.description : ''
  return (
    <div className="space-y-4">
      <Labelled
        label={<span className={bare ? 'sr-only' : undefined}>{word(field.title)}</span>}
        error={error}
        hint={
          bare && about === '' ? undefined : (
            <>
              {bare ? null : word(field.description)} {about === '' ? null : word(about)}
            </>
          )
        }
      >
        {(wiring) => (
          <Select
            {...wiring}
            className="max-w-72"
            disabled={readOnly}
            value={chosen}
            onChange={(event) => choose(event.target.value)}
          >
            {plain.kind === 'choice' ? (
              plain.options.map((option) => (
                <option key={option} value={String(option)}>
                  {option === field.default ? t('byDefault', { value: String(option) }) : option}
                </option>
              ))
            ) : (
              <option value="plain">{word(plain.title)}</option>
            )}
            <option value={elsewhere}>{word(object.title)}</option>
          </Select>
        )}
      </Labelled>
      {isElsewhere || plain.kind === 'text' ? (
        <div className="space-y-4 border-line border-l pl-4">
          {isElsewhere ? (
            <FieldSet
              fields={object.fields}
              path={path}
              value={value}
              onChange={(key, next) => onChange(setKey(value, key, next, false))}
            />
          ) : plain.kind === 'text' ? (
            <TextFieldInput field={plain} path={path} value={value} onChange={onChange} />
          ) : null}
        </div>
      ) : null}
    </div>
  )
}
