'use client'

import { X } from 'lucide-react'
import { Dialog as Radix } from 'radix-ui'
import type { ReactNode } from 'react'
import { useTranslations } from 'use-intl'
import { cn } from '../../lib/class-names.ts'
import { useOpener } from '../../lib/use-opener.ts'
import { Button } from './button.tsx'

interface DialogProps {
  open: boolean
  onOpenChange: (open: boolean) => void
  title: ReactNode
  /** One sentence under the title; read out when the dialog opens. */
  description?: ReactNode
  children: ReactNode
  /** Buttons at the foot; the foot stays in sight while the content scrolls. */
  footer?: ReactNode
  wide?: boolean
  /** Where the focus goes first; left out, to the first field, or to what is marked with `data-first`. */
  onOpenAutoFocus?: (event: Event) => void
}

/** Where there is something to fill in, the focus goes there; not on a phone, whose keyboard would cover the rest. */
function focusFirst(event: Event) {
  if (!(event.currentTarget instanceof HTMLElement) || matchMedia('(pointer: coarse)').matches) return
  const first = event.currentTarget.querySelector<HTMLElement>('input:enabled, textarea, select, [data-first]')
  if (first === null) return
  event.preventDefault()
  first.focus()
}

export function Dialog({
  open,
  onOpenChange,
  title,
  description,
  children,
  footer,
  wide,
  onOpenAutoFocus = focusFirst,
}: DialogProps) {
  const t = useTranslations('common')
  const giveFocusBack = useOpener(open)
  return (
    <Radix.Root open={open} onOpenChange={onOpenChange}>
      <Radix.Portal>
        <Radix.Overlay className="veil-in fixed inset-0 z-40 bg-veil" />
        <Radix.Content
          onCloseAutoFocus={giveFocusBack}
          {...(description === undefined ? { 'aria-describedby': undefined } : {})}
          onOpenAutoFocus={onOpenAutoFocus}
          className={cn(
            'rise-in fixed inset-x-0 bottom-0 z-50 flex max-h-[92dvh] flex-col rounded-t-xl border border-line bg-raised shadow-raised focus:outline-none',
            'sm:inset-x-auto sm:top-[10dvh] sm:bottom-auto sm:left-1/2 sm:max-h-[80dvh] sm:w-[calc(100vw-32px)] sm:-translate-x-1/2 sm:rounded-lg',
            wide ? 'sm:max-w-[760px]' : 'sm:max-w-[480px]',
          )}
        >
          <header className="flex items-start gap-4 px-5 pt-4 pb-3">
            <div className="min-w-0 flex-1">
              <Radix.Title className="font-semibold text-title">{title}</Radix.Title>
              {description === undefined ? null : (
                <Radix.Description className="mt-1 text-muted text-sm">{description}</Radix.Description>
              )}
            </div>
            <Radix.Close asChild>
              <Button look="quiet" size="icon-small" aria-label={t('close')} className="-mr-2">
                <X aria-hidden="true" />
              </Button>
            </Radix.Close>
          </header>
          <div className="min-h-0 flex-1 overflow-y-auto px-5 pb-4">{children}</div>
          {footer === undefined ? null : (
            <footer className="flex flex-wrap items-center justify-end gap-2 border-line border-t px-5 py-3">
              {footer}
            </footer>
          )}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  )
}
