'use client'

import { type ReactNode, useId } from 'react'
import { cn } from '../../lib/class-names.ts'
import { FieldError } from './field-error.tsx'

interface Wiring {
  id: string
  'aria-invalid': true | undefined
  'aria-describedby': string | undefined
}

/** A label above its control, a hint under it, and what is wrong beside it. The control takes the wiring. */
export function Labelled({
  label,
  hint,
  error,
  children,
  className,
}: {
  label: ReactNode
  hint?: ReactNode
  error?: string | undefined
  children: (wiring: Wiring) => ReactNode
  className?: string
}) {
  const id = useId()
  const described = [hint ? `${id}-hint` : '', error ? `${id}-error` : ''].filter(Boolean).join(' ')
  return (
    <div className={cn('space-y-1', className)}>
      <label htmlFor={id} className="block font-medium text-table">
        {label}
      </label>
      {children({ id, 'aria-invalid': error ? true : undefined, 'aria-describedby': described || undefined })}
      {error ? <FieldError id={`${id}-error`}>{error}</FieldError> : null}
      {hint ? (
        <p id={`${id}-hint`} className="text-muted text-xs">
          {hint}
        </p>
      ) : null}
    </div>
  )
}
