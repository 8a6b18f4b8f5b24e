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
  /** Is not well, and gets nothing. */
  out?: boolean
}

const fills = ['bg-share-1', 'bg-share-2', 'bg-share-3', 'bg-share-4']
const inks = ['text-share-1', 'text-share-2', 'text-share-3', 'text-share-4']

const heights = { thin: 'h-2.5 w-full', middle: 'h-4 w-full', tall: 'h-8 w-full' }

/**
 * The targets of an upstream side by side: predicted share as outline, measured share as fill, so that a difference is
 * seen before it is read. What drains is hatched; where a target is out there is a gap. The numbers stand beside it; this
 * picture also says them aloud.
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
    .concat(segments.filter(({ out }) => out).map(({ id }) => t('saidOut', { id })))
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
      {gapsOf(segments).map(({ id, at, out }) => (
        <span
          key={id}
          style={{ left: `clamp(5px, ${at * 100}%, calc(100% - 5px))` }}
          className={cn(
            'absolute inset-y-0 w-2.5 -translate-x-1/2 bg-page transition-[left] duration-150',
            out
              ? 'before:absolute before:inset-y-0 before:left-1/2 before:w-0.5 before:-translate-x-1/2 before:bg-failed'
              : 'hatched text-share-1',
          )}
        />
      ))}
    </div>
  )
}

/** Where those would stand that get nothing now: between their neighbours. Several beside each other are one gap. */
function gapsOf(segments: readonly ShareSegment[]): { id: string; at: number; out: boolean }[] {
  const gaps: { id: string; at: number; out: boolean }[] = []
  let at = 0
  for (const { id, predicted, out = false, draining = false } of segments) {
    at += predicted
    if (predicted > 0 || !(out || draining)) continue
    const last = gaps.at(-1)
    if (last !== undefined && Math.abs(last.at - at) < 1e-9) last.out ||= out
    else gaps.push({ id, at, out })
  }
  return gaps
}
