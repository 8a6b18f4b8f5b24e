'use client'

import type { MapField } from '@switchyard/core/schema/describe'
import { Plus, X } from 'lucide-react'
import { useState } from 'react'
import { useTranslations } from 'use-intl'
import { emptyValue } from '../../lib/form/empty-value.ts'
import { type Draft, isObject } from '../../lib/form/object-edit.ts'
import { useSchemaWords } from '../../lib/schema-words.ts'
import { Button } from '../ui/button.tsx'
import { TextInput } from '../ui/inputs.tsx'
import { FieldInput, type InputProps } from './field-input.tsx'
import { useFieldProblem, useForm } from './form-context.tsx'
import { ListFrame } from './list-frame.tsx'

interface Entry {
  key: number
  name: string
  value: Draft
}

const entriesOf = (value: Draft): Entry[] =>
  isObject(value) ? Object.entries(value).map(([name, inner], key) => ({ key, name, value: inner })) : []

const objectOf = (entries: readonly Entry[]) => Object.fromEntries(entries.map(({ name, value }) => [name, value]))

/**
 * Names and values of the operator's choice. Held here as lines, since two lines have the same name while one of them
 * is being typed, which an object could not hold.
 */
export function MapInput({ field, path, value, onChange, bare }: InputProps<MapField>) {
  const t = useTranslations('form')
  const word = useSchemaWords()
  const { readOnly, report, touch } = useForm()
  const error = useFieldProblem(path)
  const [kept, setKept] = useState(() => entriesOf(value))
  // What was loaded anew from outside wins over what is held here.
  const entries = JSON.stringify(objectOf(kept)) === JSON.stringify(value ?? {}) ? kept : entriesOf(value)
  const twice = entries.find(({ name }, i) => entries.findIndex((other) => other.name === name) !== i)?.name

  const change = (next: Entry[]) => {
    setKept(next)
    const double = next.some(({ name }, i) => next.findIndex((other) => other.name === name) !== i)
    report(path, double ? t('twice') : undefined)
    onChange(next.length === 0 && field.optional ? undefined : objectOf(next))
  }
  const replace = (key: number, part: Partial<Entry>) =>
    change(entries.map((entry) => (entry.key === key ? { ...entry, ...part } : entry)))
  return (
    <ListFrame
      title={word(field.title)}
      about={bare ? undefined : word(field.description)}
      error={twice === undefined ? error : t('twice')}
      add={
        readOnly ? null : (
          <Button
            size="small"
            onClick={() =>
              change([
                ...entries,
                { key: Math.max(-1, ...entries.map(({ key }) => key)) + 1, name: '', value: emptyValue(field.value) },
              ])
            }
          >
            <Plus aria-hidden="true" />
            {t('addEntry')}
          </Button>
        )
      }
    >
      {entries.map((entry) => (
        <div key={entry.key} className="flex items-start gap-1.5">
          <TextInput
            mono
            className="max-w-56"
            aria-label={word(field.key.title)}
            placeholder={field.key.example ?? ''}
            value={entry.name}
            readOnly={readOnly}
            onBlur={() => touch(path)}
            onChange={(event) => replace(entry.key, { name: event.target.value })}
          />
          <div className="min-w-0 flex-1">
            <FieldInput
              bare
              field={field.value}
              path={[...path, entry.name]}
              value={entry.value}
              onChange={(next) => replace(entry.key, { value: next ?? '' })}
            />
          </div>
          {readOnly ? null : (
            <Button
              look="quiet"
              size="icon-small"
              aria-label={t('removeNamed', { name: entry.name })}
              onClick={() => change(entries.filter(({ key }) => key !== entry.key))}
            >
              <X aria-hidden="true" />
            </Button>
          )}
        </div>
      ))}
    </ListFrame>
  )
}
