import type { ReactNode } from 'react'
import { cn } from '../../lib/class-names.ts'

/** A filter that is on or off. */
export function Chip({ on, onClick, children }: { on: boolean; onClick: () => void; children: ReactNode }) {
  return (
    <button
      type="button"
      aria-pressed={on}
      onClick={onClick}
      className={cn(
        'figures inline-flex h-7 shrink-0 items-center whitespace-nowrap rounded-full border px-3 text-table',
        on ? 'border-accent-text bg-accent-soft text-accent-text' : 'border-line-strong text-muted hover:bg-hover',
      )}
    >
      {children}
    </button>
  )
}
