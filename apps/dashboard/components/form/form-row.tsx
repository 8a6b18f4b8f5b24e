'use client'

import type { Field } from '@switchyard/core/schema/describe'
import { formatPath, type Path } from '@switchyard/core/schema/path'
import type { ReactNode } from 'react'
import { useSchemaWords } from '../../lib/schema-words.ts'
import { FieldError } from '../ui/field-error.tsx'
import { Labelled } from '../ui/labelled.tsx'
import { useFieldProblem } from './form-context.tsx'

interface Wiring {
  id?: string
  'aria-label'?: string
  'aria-invalid'?: true | undefined
  'aria-describedby'?: string | undefined
}

/** A simple field: title, control, what is wrong, description. Bare, the title is only read out. */
export function FormRow({
  field,
  path,
  bare,
  problem,
  children,
}: {
  field: Field
  path: Path
  bare?: boolean | undefined
  /** What the browser itself sees to be wrong; said before anything from the server. */
  problem?: string | undefined
  children: (wiring: Wiring) => ReactNode
}) {
  const word = useSchemaWords()
  const told = useFieldProblem(path)
  const error = problem ?? (told && word(told))
  if (!bare) {
    return (
      <Labelled label={word(field.title)} hint={word(field.description)} error={error}>
        {children}
      </Labelled>
    )
  }
  const id = `${formatPath(path)}-error`
  return (
    <div className="min-w-0 flex-1 space-y-1">
      {children({
        'aria-label': word(field.title),
        'aria-invalid': error ? true : undefined,
        'aria-describedby': error ? id : undefined,
      })}
      {error ? <FieldError id={id}>{error}</FieldError> : null}
    </div>
  )
}
