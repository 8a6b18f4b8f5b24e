'use client'

import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { toast } from 'sonner'
import { useTranslations } from 'use-intl'
import { readApiError } from '../../lib/api-error.ts'
import { type UserItem, useTRPC, useTRPCClient } from '../../lib/trpc.ts'
import { Confirm } from '../ui/confirm.tsx'
import type { UserAction } from './user-actions.tsx'

export type Question = Exclude<UserAction, 'password'>

/** Asks before somebody may do less, more, or nothing. All but a removal can be undone from the toast. */
export function UserQuestion({
  user,
  own,
  question,
  close,
}: {
  user: UserItem
  /** The user is the one who asks: what ends are their own sessions. */
  own: boolean
  question: Question
  close: () => void
}) {
  const t = useTranslations('settings.userQuestion')
  const trpc = useTRPC()
  const client = useTRPCClient()
  const queryClient = useQueryClient()
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<string | null>(null)
  const { id, email, role } = user
  const name = question === 'role' ? (role === 'admin' ? 'makeViewer' : 'makeAdmin') : question

  const refresh = () => queryClient.invalidateQueries({ queryKey: trpc.users.pathKey() })
  const change = (back: boolean) => {
    if (question === 'remove') return client.users.remove.mutate({ id })
    if (question === 'role') {
      return client.users.update.mutate({ id, role: (role === 'admin') === back ? 'admin' : 'viewer' })
    }
    return client.users.update.mutate({ id, disabled: (question === 'disable') !== back })
  }
  const undo = async () => {
    try {
      await change(true)
    } catch (failure) {
      toast.error(readApiError(failure).message)
    }
    await refresh()
  }
  const run = async () => {
    setBusy(true)
    setError(null)
    try {
      await change(false)
      if (own) return window.location.assign('/sign-in')
      const action = { label: t('undo'), onClick: () => void undo() }
      toast(t(`${name}.done`, { email }), question === 'remove' ? {} : { action })
      close()
    } catch (failure) {
      const refused = readApiError(failure)
      setError(refused.reason === undefined ? t('unreachable') : refused.message)
    }
    setBusy(false)
    await refresh()
  }
  return (
    <Confirm
      open
      onOpenChange={close}
      title={t(`${name}.title`, { email })}
      action={t(`${name}.do`)}
      danger={question === 'remove' || question === 'disable'}
      busy={busy}
      error={error}
      onConfirm={() => void run()}
    >
      <p>{t(`${name}.text`)}</p>
      {own ? <p className="font-medium text-text">{t('own')}</p> : null}
    </Confirm>
  )
}
