'use client'

import { type PointerEvent, useRef } from 'react'
import { useTranslations } from 'use-intl'
import { cn } from '../../lib/class-names.ts'
import { type DragTarget, moveWeight, pairsToDrag } from '../../lib/drag-weights.ts'
import type { WeightEdits } from '../../lib/use-weight-edits.ts'

/**
 * Handles on the tall bar, one between each two neighbours: what is dragged there, or moved with the arrow keys, goes
 * from one weight to the other. Nothing is sent before the handle is let go or left; Escape takes it back.
 */
export function ShareHandles({ targets, edits }: { targets: readonly DragTarget[]; edits: WeightEdits }) {
  return pairsToDrag(targets).map(({ left, right, at, perWeight }) => (
    <Handle key={`${left.id} ${right.id}`} left={left} right={right} at={at} perWeight={perWeight} edits={edits} />
  ))
}

interface HandleProps {
  left: DragTarget
  right: DragTarget
  /** 0 to 1, from the left end of the bar. */
  at: number
  /** The part of the bar that one unit of weight takes. */
  perWeight: number
  edits: WeightEdits
}

function Handle({ left, right, at, perWeight, edits }: HandleProps) {
  const t = useTranslations('shares')
  const drag = useRef<{ x: number; left: number; right: number }>(undefined)
  const both = left.weight + right.weight

  const set = (from: { left: number; right: number }, by: number) => {
    const moved = moveWeight(from.left, from.right, by)
    edits.type(left.id, String(moved.left))
    edits.type(right.id, String(moved.right))
  }
  const save = (again: boolean) => {
    edits.save(left.id, left.saved, again)
    edits.save(right.id, right.saved, again)
  }
  const revert = () => {
    drag.current = undefined
    edits.revert(left.id)
    edits.revert(right.id)
  }
  const start = (event: PointerEvent<HTMLInputElement>) => {
    if (event.button !== 0) return
    // The browser's own slider would jump to where it was pressed.
    event.preventDefault()
    event.currentTarget.focus({ preventScroll: true })
    event.currentTarget.setPointerCapture(event.pointerId)
    drag.current = { x: event.clientX, left: left.weight, right: right.weight }
  }
  const move = (event: PointerEvent<HTMLInputElement>) => {
    const width = event.currentTarget.parentElement?.parentElement?.clientWidth ?? 0
    if (drag.current === undefined || width === 0) return
    set(drag.current, Math.round((event.clientX - drag.current.x) / width / perWeight))
  }
  return (
    <span style={{ left: `${at * 100}%` }} className="absolute inset-y-0 -ml-2.5 w-5">
      <input
        type="range"
        min={1}
        max={both - 1}
        value={left.weight}
        aria-label={t('between', { left: left.id, right: right.id })}
        aria-valuetext={t('weights', { left: left.id, weight: left.weight, right: right.id, other: right.weight })}
        title={t('dragHint')}
        className="peer absolute inset-0 w-full cursor-ew-resize touch-none opacity-0"
        onPointerDown={start}
        onPointerMove={move}
        onPointerUp={() => {
          if (drag.current === undefined) return
          drag.current = undefined
          save(false)
        }}
        onPointerCancel={revert}
        onChange={(event) => set({ left: left.weight, right: right.weight }, Number(event.target.value) - left.weight)}
        onBlur={() => save(false)}
        onKeyDown={(event) => {
          if (event.key === 'Escape') revert()
          else if (event.key === 'Enter') save(true)
          else return
          event.preventDefault()
        }}
      />
      <span
        aria-hidden="true"
        className={cn(
          'pointer-events-none absolute inset-y-1.5 left-1/2 -ml-[3px] w-1.5 rounded-full border border-share-line bg-panel',
          'peer-hover:inset-y-0.5 peer-focus-visible:inset-y-0.5 peer-focus-visible:outline-2 peer-focus-visible:outline-accent-text peer-focus-visible:outline-offset-2',
        )}
      />
    </span>
  )
}
