import type { ReactNode } from 'react'
import { cn } from '../../lib/class-names.ts'
import { FieldError } from '../ui/field-error.tsx'

/** The frame of a list or a map: what it is at the left, the button that adds to it at the right, the items below. */
export function ListFrame({
  title,
  about,
  error,
  add,
  children,
}: {
  title: string
  /** Absent where the title already stands above; then it is only read out. */
  about: string | undefined
  error: string | undefined
  add: ReactNode
  children: ReactNode
}) {
  return (
    <fieldset className="space-y-2">
      <legend className="sr-only">{title}</legend>
      <div className="flex items-start gap-3">
        <div className="min-w-0 flex-1">
          <p aria-hidden="true" className={cn('font-medium text-table', about === undefined && 'hidden')}>
            {title}
          </p>
          {about === undefined ? null : <p className="text-muted text-xs">{about}</p>}
          {error ? <FieldError>{error}</FieldError> : null}
        </div>
        {about === undefined ? null : add}
      </div>
      {children}
      {about === undefined ? add : null}
    </fieldset>
  )
}
