'use client'

import { caseMeant } from '@switchyard/core/schema/case-meant'
import type { VariantsField } from '@switchyard/core/schema/describe'
import { useRef } from 'react'
import { useTranslations } from 'use-intl'
import { type DraftObject, isObject, setKey } from '../../lib/form/object-edit.ts'
import { switchCase } from '../../lib/form/switch-case.ts'
import { useSchemaWords } from '../../lib/schema-words.ts'
import { Select } from '../ui/inputs.tsx'
import { Labelled } from '../ui/labelled.tsx'
import type { InputProps } from './field-input.tsx'
import { FieldSet } from './field-set.tsx'
import { useFieldProblem, useForm } from './form-context.tsx'

/** One of several cases, and then the fields of that case. A case that was left comes back as it was. */
export function VariantsInput({ field, path, value, onChange, bare }: InputProps<VariantsField>) {
  const t = useTranslations('form')
  const word = useSchemaWords()
  const { touch, readOnly } = useForm()
  const error = useFieldProblem(path)
  const kept = useRef(new Map<string, DraftObject>())
  const current = caseMeant(field.cases, value)
  const byDefault = caseMeant(field.cases, field.default)
  const shown = current ?? byDefault

  const choose = (name: string) => {
    touch(path)
    if (current !== undefined && isObject(value)) kept.current.set(current.name, value)
    const next = field.cases.find((variant) => variant.name === name)
    onChange(next === undefined ? undefined : switchCase(value, current, next, kept.current.get(next.name)))
  }
  const select = (
    <Labelled
      label={<span className={bare ? 'sr-only' : undefined}>{word(field.title)}</span>}
      error={error}
      hint={shown && word(shown.description)}
    >
      {(wiring) => (
        <Select
          {...wiring}
          className="max-w-72"
          disabled={readOnly}
          value={current?.name ?? ''}
          onChange={(event) => choose(event.target.value)}
        >
          {field.optional || current === undefined ? (
            <option value="">
              {byDefault === undefined ? t('notSet') : t('byDefault', { value: word(byDefault.title) })}
            </option>
          ) : null}
          {field.cases.map((variant) => (
            <option key={variant.name} value={variant.name}>
              {word(variant.title)}
            </option>
          ))}
        </Select>
      )}
    </Labelled>
  )
  if (current === undefined || Object.keys(current.fields).length === 0) return select
  return (
    <div className="space-y-4">
      {select}
      <div className="space-y-4 border-line border-l pl-4">
        <FieldSet
          key={current.name}
          fields={current.fields}
          path={path}
          value={value}
          onChange={(key, next) => onChange(setKey(value, key, next, false))}
        />
      </div>
    </div>
  )
}
