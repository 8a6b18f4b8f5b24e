'use client'

import { useShareText } from '../../lib/use-share-text.ts'
import type { ShareSegment } from '../shares/share-bar.tsx'

/**
 * The names under the tall bar, each under its segment. What does not fit wraps onto a line that is not seen: first
 * the figure, then the name.
 */
export function ShareLabels({ segments }: { segments: readonly ShareSegment[] }) {
  const shareText = useShareText()
  return (
    <div aria-hidden="true" className="figures mt-1 flex h-4 overflow-hidden text-muted text-xs">
      {segments.map(({ id, predicted }) => (
        <span
          key={id}
          style={{ width: `${predicted * 100}%` }}
          className="flex h-4 shrink-0 flex-wrap gap-x-1 overflow-hidden transition-[width] duration-150 before:h-4 before:w-px before:shrink-0"
        >
          <span className="shrink-0">{predicted > 0 ? id : null}</span>
          <span className="shrink-0">{predicted > 0 ? shareText(predicted) : null}</span>
        </span>
      ))}
    </div>
  )
}
