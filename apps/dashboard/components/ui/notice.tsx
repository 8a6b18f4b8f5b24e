import type { ReactNode } from 'react'
import { cn } from '../../lib/class-names.ts'
import { type StateKind, StateShape } from './state-mark.tsx'

const grounds: Record<StateKind, string> = {
  ok: 'border-ok/30 bg-ok-soft',
  attention: 'border-attention/30 bg-attention-soft',
  failed: 'border-failed/30 bg-failed-soft',
  busy: 'border-busy/30 bg-busy-soft',
  unknown: 'border-line bg-hover',
}

/** A few words about a state, in place. Failures and warnings are read out when they appear. */
export function Notice({
  kind,
  children,
  action,
  className,
}: {
  kind: StateKind
  children: ReactNode
  action?: ReactNode
  className?: string
}) {
  return (
    <div
      role={kind === 'failed' ? 'alert' : 'status'}
      className={cn('flex items-start gap-2.5 rounded-md border px-3 py-2 text-sm text-text', grounds[kind], className)}
    >
      <StateShape kind={kind} className="mt-[5px]" />
      <div className="min-w-0 flex-1">{children}</div>
      {action}
    </div>
  )
}
