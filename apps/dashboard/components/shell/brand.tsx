import { cn } from '../../lib/class-names.ts'

/** The mark: a train changes tracks. */
export function Brand({ className }: { className?: string }) {
  return (
    <span className={cn('inline-flex items-center gap-2 font-semibold text-sm tracking-tight', className)}>
      <svg
        viewBox="0 0 32 32"
        aria-hidden="true"
        className="size-5 text-accent-text"
        fill="none"
        stroke="currentColor"
        strokeWidth="3.5"
        strokeLinecap="round"
      >
        <path d="M4 9h24" />
        <path d="M4 23h24" />
        <path d="M9 23c7 0 7-14 14-14" />
      </svg>
      Switchyard
    </span>
  )
}
