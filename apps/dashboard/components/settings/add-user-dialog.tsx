'use client'

import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { toast } from 'sonner'
import { useTranslations } from 'use-intl'
import { readApiError } from '../../lib/api-error.ts'
import { useTRPC } from '../../lib/trpc.ts'
import { Button } from '../ui/button.tsx'
import { Dialog } from '../ui/dialog.tsx'
import { TextInput } from '../ui/inputs.tsx'
import { Labelled } from '../ui/labelled.tsx'
import { PasswordForOthers, shortestPassword } from './password-for-others.tsx'
import { Refused } from './refused.tsx'
import { type Role, RoleChoice } from './role-choice.tsx'

export function AddUserDialog({ close }: { close: () => void }) {
  const t = useTranslations('settings')
  const trpc = useTRPC()
  const queryClient = useQueryClient()
  const [email, setEmail] = useState('')
  const [password, setPassword] = useState('')
  const [role, setRole] = useState<Role>('viewer')
  const create = useMutation(trpc.users.create.mutationOptions())
  const error = create.error === null ? null : readApiError(create.error)
  const wrong = (field: string) => error?.problems.some(({ path }) => path === field) ?? false
  const problems = {
    email: wrong('email') ? t(error?.reason === 'conflict' ? 'addUser.taken' : 'addUser.notAnEmail') : undefined,
    password: wrong('password') ? t('passwordShort', { count: shortestPassword }) : undefined,
  }

  const send = () =>
    create.mutate(
      { email, password, role },
      {
        onSuccess: () => {
          toast(t('addUser.done', { email: email.trim().toLowerCase() }))
          void queryClient.invalidateQueries({ queryKey: trpc.users.pathKey() })
          close()
        },
      },
    )
  return (
    <Dialog
      open
      onOpenChange={close}
      title={t('addUser.title')}
      description={t('addUser.lead')}
      footer={
        <>
          <Button onClick={close}>{t('cancel')}</Button>
          <Button
            look="primary"
            type="submit"
            form="add-user"
            disabled={create.isPending || email.trim() === '' || password === ''}
          >
            {t('addUser.do')}
          </Button>
        </>
      }
    >
      <form
        id="add-user"
        noValidate
        className="space-y-4"
        onSubmit={(event) => {
          event.preventDefault()
          send()
        }}
      >
        <Refused error={error} beside={['email', 'password']} />
        <Labelled label={t('email')} error={problems.email}>
          {(wiring) => (
            <TextInput
              {...wiring}
              type="email"
              autoFocus
              required
              maxLength={320}
              value={email}
              onChange={(event) => setEmail(event.target.value)}
            />
          )}
        </Labelled>
        <PasswordForOthers value={password} onChange={setPassword} error={problems.password} />
        <RoleChoice value={role} onChange={setRole} />
      </form>
    </Dialog>
  )
}
