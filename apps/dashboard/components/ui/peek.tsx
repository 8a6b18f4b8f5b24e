'use client'

import { Popover } from 'radix-ui'
import { type PointerEvent, type ReactNode, useEffect, useId, useRef, useState } from 'react'
import { cn } from '../../lib/class-names.ts'

const openAfterMs = 120
const closeAfterMs = 200

/**
 * More about something, where it stands: shown while the pointer is over it or it has the focus, and on a touch or a
 * press until something else is touched. Takes no focus, and is read out with what it is about.
 */
export function Peek({
  children,
  about,
  className,
  label,
}: {
  children: ReactNode
  about: ReactNode
  className?: string
  /** What the button is called, where its words alone do not say of what they are. */
  label?: string
}) {
  const id = useId()
  const [open, setOpen] = useState(false)
  const [pinned, setPinned] = useState(false)
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined)
  useEffect(() => () => clearTimeout(timer.current), [])

  const later = (next: boolean, ms: number) => {
    clearTimeout(timer.current)
    timer.current = setTimeout(() => setOpen(next), ms)
  }
  const enter = (event: PointerEvent) => event.pointerType !== 'touch' && later(true, openAfterMs)
  const leave = (event: PointerEvent) => event.pointerType !== 'touch' && !pinned && later(false, closeAfterMs)
  const change = (next: boolean) => {
    clearTimeout(timer.current)
    setOpen(next)
    if (!next) setPinned(false)
  }
  return (
    <Popover.Root open={open} onOpenChange={change}>
      <Popover.Anchor asChild>
        <button
          type="button"
          aria-label={label}
          aria-describedby={open ? id : undefined}
          aria-expanded={open}
          className={cn(
            'max-w-full cursor-help rounded text-left decoration-dotted decoration-faint underline-offset-4 hover:underline',
            className,
          )}
          onPointerEnter={enter}
          onPointerLeave={leave}
          onFocus={(event) => event.currentTarget.matches(':focus-visible') && later(true, 0)}
          onBlur={() => change(false)}
          onClick={() => {
            clearTimeout(timer.current)
            setPinned(!pinned)
            setOpen(!pinned)
          }}
        >
          {children}
        </button>
      </Popover.Anchor>
      <Popover.Portal>
        <Popover.Content
          id={id}
          role="tooltip"
          align="start"
          side="bottom"
          sideOffset={6}
          collisionPadding={8}
          onOpenAutoFocus={(event) => event.preventDefault()}
          onCloseAutoFocus={(event) => event.preventDefault()}
          onPointerEnter={enter}
          onPointerLeave={leave}
          className="rise-in z-50 w-max max-w-[min(420px,calc(100vw-16px))] rounded-lg border border-line bg-raised p-3 text-table shadow-raised"
        >
          {about}
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  )
}
