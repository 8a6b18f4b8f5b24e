'use client'

import { ChevronRight } from 'lucide-react'
import { type ReactNode, useEffect, useState } from 'react'

/** Folded away until wanted; its note says what is inside that differs from the defaults. */
export function Fold({
  title,
  note,
  open,
  children,
}: {
  title: string
  note: string
  open: boolean
  children: ReactNode
}) {
  const [shown, setShown] = useState(open)
  useEffect(() => {
    if (open) setShown(true)
  }, [open])
  return (
    <details open={shown} onToggle={(event) => setShown(event.currentTarget.open)} className="group">
      <summary className="-mx-1 inline-flex max-w-full list-none items-center gap-1.5 rounded px-1 py-0.5 text-muted text-table hover:text-text [&::-webkit-details-marker]:hidden">
        <ChevronRight
          aria-hidden="true"
          className="size-4 shrink-0 transition-transform duration-100 group-open:rotate-90"
        />
        {title}
        {note === '' ? null : <span className="truncate text-text">· {note}</span>}
      </summary>
      <div className="mt-3 space-y-4 border-line border-l pl-4">{children}</div>
    </details>
  )
}
