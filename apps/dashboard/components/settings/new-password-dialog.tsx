'use client'

import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import { toast } from 'sonner'
import { useTranslations } from 'use-intl'
import { readApiError } from '../../lib/api-error.ts'
import { type UserItem, useTRPC } from '../../lib/trpc.ts'
import { Button } from '../ui/button.tsx'
import { Dialog } from '../ui/dialog.tsx'
import { PasswordForOthers, shortestPassword } from './password-for-others.tsx'
import { Refused } from './refused.tsx'

/** Gives somebody else a new password. */
export function NewPasswordDialog({ user, close }: { user: UserItem; close: () => void }) {
  const t = useTranslations('settings')
  const trpc = useTRPC()
  const [password, setPassword] = useState('')
  const update = useMutation(trpc.users.update.mutationOptions())
  const error = update.error === null ? null : readApiError(update.error)
  const short = error?.problems.some(({ path }) => path === 'password') ?? false

  const send = () =>
    update.mutate(
      { id: user.id, password },
      {
        onSuccess: () => {
          toast(t('newPassword.done', { email: user.email }))
          close()
        },
      },
    )
  return (
    <Dialog
      open
      onOpenChange={close}
      title={t('newPassword.title', { email: user.email })}
      description={t('newPassword.lead')}
      footer={
        <>
          <Button onClick={close}>{t('cancel')}</Button>
          <Button look="primary" type="submit" form="new-password" disabled={update.isPending || password === ''}>
            {t('newPassword.do')}
          </Button>
        </>
      }
    >
      <form
        id="new-password"
        noValidate
        className="space-y-4"
        onSubmit={(event) => {
          event.preventDefault()
          send()
        }}
      >
        <Refused error={error} beside={['password']} />
        <PasswordForOthers
          value={password}
          onChange={setPassword}
          error={short ? t('passwordShort', { count: shortestPassword }) : undefined}
        />
      </form>
    </Dialog>
  )
}
