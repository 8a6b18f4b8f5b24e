import type { ReactNode } from 'react'
import { cn } from '../../lib/class-names.ts'

/** How something is. Each has a shape and a colour; the word beside it is the caller's. */
export type StateKind = 'ok' | 'attention' | 'failed' | 'busy' | 'unknown'

const colours: Record<StateKind, string> = {
  ok: 'text-ok',
  attention: 'text-attention',
  failed: 'text-failed',
  busy: 'text-busy',
  unknown: 'text-faint',
}

const shapes: Record<StateKind, ReactNode> = {
  ok: <circle cx="5" cy="5" r="4" fill="currentColor" />,
  attention: <path d="M5 .9 9.6 9H.4Z" fill="currentColor" />,
  failed: <rect x="1" y="1" width="8" height="8" fill="currentColor" />,
  busy: (
    <>
      <circle cx="5" cy="5" r="3.6" fill="none" stroke="currentColor" strokeWidth="1.2" />
      <path d="M5 1.4a3.6 3.6 0 0 0 0 7.2Z" fill="currentColor" />
    </>
  ),
  unknown: <circle cx="5" cy="5" r="3.8" fill="none" stroke="currentColor" strokeWidth="1.4" strokeDasharray="2 1.6" />,
}

/** The shape by itself; always put a word beside it. */
export function StateShape({ kind, className }: { kind: StateKind; className?: string }) {
  return (
    <svg viewBox="0 0 10 10" aria-hidden="true" className={cn('size-2.5 shrink-0', colours[kind], className)}>
      {shapes[kind]}
    </svg>
  )
}

/** A state: its shape and its word. */
export function StateMark({
  kind,
  children,
  className,
}: {
  kind: StateKind
  children: ReactNode
  className?: string | undefined
}) {
  return (
    <span className={cn('inline-flex items-center gap-1.5 whitespace-nowrap', className)}>
      <StateShape kind={kind} />
      <span className={kind === 'unknown' ? 'text-muted' : colours[kind]}>{children}</span>
    </span>
  )
}
