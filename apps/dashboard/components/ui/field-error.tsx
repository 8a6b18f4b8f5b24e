import type { ReactNode } from 'react'
import { StateShape } from './state-mark.tsx'

/** What is wrong with the field above. */
export function FieldError({ id, children }: { id?: string; children: ReactNode }) {
  return (
    <p id={id} role="alert" className="flex items-start gap-1.5 text-failed text-xs">
      <StateShape kind="failed" className="mt-1 size-2" />
      <span>{children}</span>
    </p>
  )
}
