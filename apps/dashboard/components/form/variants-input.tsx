'use client'

import { caseMeant } from '@switchyard/core/schema/case-meant'
import type { VariantCase, VariantsField } from '@switchyard/core/schema/describe'
import { useRef, useState } from 'react'
import { useTranslations } from 'use-intl'
import { type DraftObject, isObject, setKey } from '../../lib/form/object-edit.ts'
import { isSmall } from '../../lib/form/sections.ts'
import { switchCase } from '../../lib/form/switch-case.ts'
import { useSchemaWords } from '../../lib/schema-words.ts'
import { Select } from '../ui/inputs.tsx'
import { Labelled } from '../ui/labelled.tsx'
import type { InputProps } from './field-input.tsx'
import { FieldSet } from './field-set.tsx'
import { useFieldProblem, useForm } from './form-context.tsx'
import { SecretNameInput } from './secret-name-input.tsx'

/** A case of one or two small fields stands on one line with the choice of the case. */
const isShort = ({ fields }: VariantCase) => {
  const all = Object.values(fields)
  return all.length > 0 && all.length <= 2 && all.every((field) => isSmall(field) && !field.advanced)
}

/** One of several cases, and then the fields of that case. A case that was left comes back as it was. */
export function VariantsInput({ field, path, value, onChange, bare }: InputProps<VariantsField>) {
  const t = useTranslations('form')
  const word = useSchemaWords()
  const { touch, readOnly } = useForm()
  const error = useFieldProblem(path)
  const kept = useRef(new Map<string, DraftObject>())
  const [leftOut] = useState(value === undefined)
  const byDefault = caseMeant(field.cases, field.default)
  const written = caseMeant(field.cases, value)
  // Left out, it is its default, to be seen and changed like one that is written out.
  const current = written ?? byDefault
  const inside = written === undefined ? field.default : value
  const short = current !== undefined && isShort(current)

  const choose = (name: string) => {
    touch(path)
    if (written !== undefined && isObject(value)) kept.current.set(written.name, value)
    const next = field.cases.find((variant) => variant.name === name)
    const before = next === undefined ? undefined : kept.current.get(next.name)
    const backToDefault = leftOut && field.optional && next?.name === byDefault?.name && before === undefined
    onChange(next === undefined || backToDefault ? undefined : switchCase(inside, current, next, before))
  }
  const about = word((current ?? field).description)
  const select = (
    <Labelled
      label={
        <span className={bare && !short ? 'sr-only' : undefined}>{bare && short ? t('type') : word(field.title)}</span>
      }
      error={error}
      hint={short ? undefined : about}
    >
      {(wiring) => (
        <Select
          {...wiring}
          className={short ? undefined : 'max-w-72'}
          disabled={readOnly}
          value={current?.name ?? ''}
          onChange={(event) => choose(event.target.value)}
        >
          {byDefault === undefined && (field.optional || current === undefined) ? (
            <option value="">{t('notSet')}</option>
          ) : null}
          {field.cases.map((variant) => (
            <option key={variant.name} value={variant.name}>
              {variant === byDefault ? t('byDefault', { value: word(variant.title) }) : word(variant.title)}
            </option>
          ))}
        </Select>
      )}
    </Labelled>
  )
  if (current === undefined || Object.keys(current.fields).length === 0) return select
  const name = current.fields['secret']
  const fields =
    field.secret && name?.kind === 'text' ? (
      <SecretNameInput
        field={name}
        path={[...path, 'secret']}
        value={isObject(inside) ? inside['secret'] : undefined}
        onChange={(next) => onChange(setKey(inside, 'secret', next, false))}
      />
    ) : (
      <FieldSet
        key={current.name}
        fields={current.fields}
        path={path}
        value={inside}
        onChange={(key, next) => onChange(setKey(inside, key, next, false))}
      />
    )
  if (!short) {
    return (
      <div className="space-y-4">
        {select}
        <div className="space-y-4 border-line border-l pl-4">{fields}</div>
      </div>
    )
  }
  return (
    <div className="space-y-1">
      <div className="grid gap-3 sm:grid-flow-col sm:auto-cols-[minmax(0,1fr)] sm:grid-cols-[180px]">
        {select}
        {fields}
      </div>
      <p className="text-muted text-xs">{about}</p>
    </div>
  )
}
