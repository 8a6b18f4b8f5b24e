'use client'

import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import { toast } from 'sonner'
import { useTranslations } from 'use-intl'
import { readApiError } from '../../lib/api-error.ts'
import { useTRPC } from '../../lib/trpc.ts'
import { Button } from '../ui/button.tsx'
import { TextInput } from '../ui/inputs.tsx'
import { Labelled } from '../ui/labelled.tsx'
import { shortestPassword } from './password-for-others.tsx'
import { Refused } from './refused.tsx'

const nothing = { current: '', next: '', again: '' }

/** Changes one's own password; the sessions in other browsers end, this one goes on. */
export function ChangePassword({ email }: { email: string }) {
  const t = useTranslations('settings')
  const trpc = useTRPC()
  const [typed, setTyped] = useState(nothing)
  const [tried, setTried] = useState(false)
  const change = useMutation(trpc.auth.changePassword.mutationOptions())
  const error = change.error === null ? null : readApiError(change.error)
  const wrong = error?.problems.some(({ path }) => path === 'current') ?? false
  const problems = {
    current: wrong ? t('ownPassword.wrong') : undefined,
    next: tried && typed.next.length < shortestPassword ? t('passwordShort', { count: shortestPassword }) : undefined,
    again: tried && typed.next !== typed.again ? t('ownPassword.differ') : undefined,
  }

  const send = () => {
    setTried(true)
    change.reset()
    if (typed.next.length < shortestPassword || typed.next !== typed.again) return
    change.mutate(
      { current: typed.current, next: typed.next },
      {
        onSuccess: () => {
          setTyped(nothing)
          setTried(false)
          toast(t('ownPassword.done'))
        },
      },
    )
  }
  const field = (name: keyof typeof nothing, autoComplete: string, hint?: string) => (
    <Labelled label={t(`ownPassword.${name}`)} hint={hint} error={problems[name]}>
      {(wiring) => (
        <TextInput
          {...wiring}
          type="password"
          name={name}
          autoComplete={autoComplete}
          required
          maxLength={name === 'current' ? 1024 : 256}
          value={typed[name]}
          onChange={(event) => setTyped({ ...typed, [name]: event.target.value })}
        />
      )}
    </Labelled>
  )
  return (
    <section aria-labelledby="password" className="max-w-md border-line border-t pt-4">
      <h2 id="password" className="font-semibold text-sm">
        {t('ownPassword.title')}
      </h2>
      <p className="mb-4 text-muted text-sm">{t('ownPassword.lead')}</p>
      <form
        noValidate
        className="space-y-4"
        onSubmit={(event) => {
          event.preventDefault()
          send()
        }}
      >
        {/* For password managers: whose password this is. */}
        <input type="email" name="email" autoComplete="username" value={email} readOnly hidden />
        <Refused error={error} beside={['current']} />
        {field('current', 'current-password')}
        {field('next', 'new-password', t('ownPassword.hint', { count: shortestPassword }))}
        {field('again', 'new-password')}
        <Button
          type="submit"
          look="primary"
          disabled={change.isPending || typed.current === '' || typed.next === '' || typed.again === ''}
        >
          {t('ownPassword.do')}
        </Button>
      </form>
    </section>
  )
}
