'use client'

import type { Problem } from '@switchyard/core/errors'
import type { Kind } from '@switchyard/core/schema/fields'
import { formatPath, type Path } from '@switchyard/core/schema/path'
import { createContext, useContext } from 'react'
import { isTouched, problemAt } from '../../lib/form/field-problems.ts'

/** What every field of a form may ask of the form around it. */
export interface FormState {
  problems: readonly Problem[]
  /** Places that were typed in or left, by their path; everything counts as touched once a save was tried. */
  touched: ReadonlySet<string>
  tried: boolean
  touch(path: Path): void
  /** The ids there are, for references. */
  ids: Record<Kind, readonly string[]>
  /** Says what only the browser can see, such as a name typed twice; `undefined` takes it back. */
  report(path: Path, message: string | undefined): void
  readOnly: boolean
  /** What is edited is there already: its id is how others refer to it, and stays. */
  fixedId: boolean
}

export const FormContext = createContext<FormState | undefined>(undefined)

export function useForm(): FormState {
  const form = useContext(FormContext)
  if (form === undefined) throw new Error('a field stands outside of a form')
  return form
}

/** What to say beside the field at this path: nothing before somebody was there. */
export function useFieldProblem(path: Path): string | undefined {
  const { problems, touched, tried } = useForm()
  return tried || isTouched(touched, formatPath(path)) ? problemAt(problems, path) : undefined
}
