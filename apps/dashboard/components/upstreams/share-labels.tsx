'use client'

import { useShareText } from '../../lib/use-share-text.ts'
import type { ShareSegment } from '../shares/share-bar.tsx'

/** The names under the tall bar, each under its segment; a segment that is too narrow for one has none. */
export function ShareLabels({ segments }: { segments: readonly ShareSegment[] }) {
  const shareText = useShareText()
  return (
    <div aria-hidden="true" className="figures mt-1 flex h-4 overflow-hidden text-muted text-xs">
      {segments.map(({ id, predicted }) => (
        <span
          key={id}
          style={{ width: `${predicted * 100}%` }}
          className="shrink-0 truncate pl-0.5 transition-[width] duration-150"
        >
          {predicted > 0.07 ? `${id} ${shareText(predicted)}` : predicted > 0.02 ? id : ''}
        </span>
      ))}
    </div>
  )
}
