import { ArrowDown, ArrowUp } from 'lucide-react'
import type { ComponentProps, ReactNode } from 'react'
import { cn } from '../../lib/class-names.ts'

/** Rows of 36 px, a head that stays in sight, and its own scrolling from side to side on a narrow screen. */
export function Table({ className, label, ...props }: ComponentProps<'table'> & { label: string }) {
  return (
    <div className="overflow-x-auto rounded-lg border border-line bg-panel md:overflow-visible">
      <table aria-label={label} className={cn('w-full border-collapse text-table', className)} {...props} />
    </div>
  )
}

export function Head({ children }: { children: ReactNode }) {
  return (
    <thead className="sticky top-0 z-10">
      <tr className="h-9">{children}</tr>
    </thead>
  )
}

interface HeadCellProps extends ComponentProps<'th'> {
  right?: boolean | undefined
  /** The direction when the table is sorted by this column. */
  sorted?: 'up' | 'down' | undefined
  onSort?: (() => void) | undefined
}

export function HeadCell({ className, right, sorted, onSort, children, ...props }: HeadCellProps) {
  const Arrow = sorted === 'down' ? ArrowDown : ArrowUp
  return (
    <th
      scope="col"
      aria-sort={sorted === undefined ? undefined : sorted === 'up' ? 'ascending' : 'descending'}
      className={cn(
        // The line is a shadow: a border of a collapsed table does not stick.
        'whitespace-nowrap bg-panel px-3 text-left font-medium text-muted text-xs shadow-[inset_0_-1px_0_var(--line)] first:rounded-tl-lg last:rounded-tr-lg',
        right && 'text-right',
        className,
      )}
      {...props}
    >
      {onSort === undefined ? (
        children
      ) : (
        <button
          type="button"
          onClick={onSort}
          className={cn(
            '-mx-1 inline-flex items-center gap-1 rounded px-1 align-middle hover:text-text',
            right && 'flex-row-reverse',
          )}
        >
          {children}
          <Arrow aria-hidden="true" className={cn('size-3', sorted === undefined && 'opacity-0')} />
        </button>
      )}
    </th>
  )
}

export function Row({ className, active, ...props }: ComponentProps<'tr'> & { active?: boolean }) {
  return (
    <tr
      className={cn(
        'h-9 border-line border-b last:border-b-0',
        active && 'bg-hover shadow-[inset_2px_0_0_var(--accent)]',
        className,
      )}
      {...props}
    />
  )
}

export function Cell({ className, right, mono, ...props }: ComponentProps<'td'> & { right?: boolean; mono?: boolean }) {
  return (
    <td className={cn('figures px-3 py-1', right && 'text-right', mono && 'font-mono text-xs', className)} {...props} />
  )
}
