'use client'

import { AlertDialog } from 'radix-ui'
import type { ReactNode } from 'react'
import { useTranslations } from 'use-intl'
import { useOpener } from '../../lib/use-opener.ts'
import { Button } from './button.tsx'
import { Notice } from './notice.tsx'

interface ConfirmProps {
  open: boolean
  onOpenChange: (open: boolean) => void
  title: ReactNode
  /** Who uses the thing, and what will happen to live traffic. */
  children: ReactNode
  /** The verb: the same one that opened the question. */
  action: string
  onConfirm: () => void
  busy?: boolean
  danger?: boolean
  error?: string | null
}

/** Asks before something that touches live traffic or cannot be taken back. Stays open until the caller closes it. */
export function Confirm(props: ConfirmProps) {
  const t = useTranslations('common')
  const giveFocusBack = useOpener(props.open)
  return (
    <AlertDialog.Root open={props.open} onOpenChange={props.onOpenChange}>
      <AlertDialog.Portal>
        <AlertDialog.Overlay className="veil-in fixed inset-0 z-40 bg-veil" />
        <AlertDialog.Content
          onCloseAutoFocus={giveFocusBack}
          className="rise-in fixed inset-x-0 bottom-0 z-50 max-h-[92dvh] overflow-y-auto rounded-t-xl border border-line bg-raised p-5 shadow-raised focus:outline-none sm:inset-x-auto sm:top-[16dvh] sm:bottom-auto sm:left-1/2 sm:w-[calc(100vw-32px)] sm:max-w-[440px] sm:-translate-x-1/2 sm:rounded-lg"
        >
          <AlertDialog.Title className="font-semibold text-title">{props.title}</AlertDialog.Title>
          <AlertDialog.Description asChild>
            <div className="mt-2 space-y-2 text-muted text-sm">{props.children}</div>
          </AlertDialog.Description>
          {props.error ? (
            <Notice kind="failed" className="mt-3">
              {props.error}
            </Notice>
          ) : null}
          <div className="mt-5 flex justify-end gap-2">
            <AlertDialog.Cancel asChild>
              <Button>{t('cancel')}</Button>
            </AlertDialog.Cancel>
            <Button look={props.danger ? 'danger' : 'primary'} disabled={props.busy} onClick={props.onConfirm}>
              {props.action}
            </Button>
          </div>
        </AlertDialog.Content>
      </AlertDialog.Portal>
    </AlertDialog.Root>
  )
}
