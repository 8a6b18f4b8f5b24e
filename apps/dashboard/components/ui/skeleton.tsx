import { cn } from '../../lib/class-names.ts'

/** Stands where something will be, in its size, so that nothing jumps when it arrives. */
export function Skeleton({ className }: { className?: string }) {
  return <span aria-hidden="true" className={cn('block h-3 rounded bg-pressed', className)} />
}

const names = (count: number) => Array.from({ length: count }, (_, i) => `placeholder-${i}`)

/** The rows of a table that is on its way. */
export function SkeletonRows({ rows, columns }: { rows: number; columns: number }) {
  return names(rows).map((row) => (
    <tr key={row} className="h-9 border-line border-b last:border-b-0">
      {names(columns).map((column, i) => (
        <td key={column} className="px-3">
          <Skeleton className={i === 0 ? 'w-24' : 'w-16'} />
        </td>
      ))}
    </tr>
  ))
}
