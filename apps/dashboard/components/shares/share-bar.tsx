'use client'

import { useTranslations } from 'use-intl'
import { cn } from '../../lib/class-names.ts'
import { useShareText } from '../../lib/use-share-text.ts'

export interface ShareSegment {
  id: string
  /** 0 to 1, by weights and strategy. */
  predicted: number
  /** 0 to 1, of the attempts of the last minute; absent when nothing was measured. */
  measured?: number | undefined
  /** Takes nothing new. */
  draining?: boolean
}

const fills = ['bg-share-1', 'bg-share-2', 'bg-share-3', 'bg-share-4']
const inks = ['text-share-1', 'text-share-2', 'text-share-3', 'text-share-4']

const heights = { thin: 'h-2.5 w-full', middle: 'h-4 w-full', tall: 'h-8 w-full' }

/**
 * The targets of an upstream side by side: predicted share as outline, measured share as fill, so that a difference is
 * seen before it is read. What drains is hatched. The numbers stand beside it; this picture also says them aloud.
 */
export function ShareBar({
  segments,
  size,
  className,
}: {
  segments: readonly ShareSegment[]
  size: keyof typeof heights
  className?: string
}) {
  const t = useTranslations('shares')
  const share = useShareText()
  const measured = segments.some((segment) => segment.measured !== undefined)
  const said = segments
    .filter((segment) => segment.predicted > 0 || (segment.measured ?? 0) > 0)
    .map(({ id, predicted, measured }) =>
      measured === undefined
        ? t('said', { id, predicted: share(predicted) })
        : t('saidBoth', { id, predicted: share(predicted), measured: share(measured) }),
    )
    .join(', ')
  return (
    <div
      role="img"
      aria-label={said === '' ? t('none') : said}
      className={cn('relative overflow-hidden rounded-[3px] bg-pressed/60', heights[size], className)}
    >
      <div className={cn('absolute inset-x-0 flex', size === 'tall' ? 'inset-y-[5px]' : 'inset-y-[2px]')}>
        {segments.map((segment, i) => (
          <span
            key={segment.id}
            style={{ width: `${(measured ? (segment.measured ?? 0) : 0) * 100}%` }}
            className={cn(
              'h-full shrink-0 transition-[width] duration-150',
              segment.draining ? cn('hatched', inks[i % 4]) : fills[i % 4],
            )}
          />
        ))}
      </div>
      <div className="absolute inset-0 flex">
        {segments.map((segment) => (
          <span
            key={segment.id}
            style={{ width: `${segment.predicted * 100}%` }}
            className={cn(
              'h-full shrink-0 rounded-[3px] transition-[width] duration-150',
              segment.predicted > 0 && 'shadow-[inset_0_0_0_1px_var(--share-line)]',
            )}
          />
        ))}
      </div>
    </div>
  )
}
