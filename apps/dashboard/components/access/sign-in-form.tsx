'use client'

import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslations } from 'use-intl'
import { readApiError } from '../../lib/api-error.ts'
import { pathAfterSignIn } from '../../lib/path-after-sign-in.ts'
import { useTRPC } from '../../lib/trpc.ts'
import { Button } from '../ui/button.tsx'
import { TextInput } from '../ui/inputs.tsx'
import { Labelled } from '../ui/labelled.tsx'
import { Notice } from '../ui/notice.tsx'
import { AccessFrame } from './access-frame.tsx'

export function SignInForm() {
  const t = useTranslations('access')
  const trpc = useTRPC()
  const [email, setEmail] = useState('')
  const [password, setPassword] = useState('')
  // A full load: everything that was cached for somebody else is gone with the page.
  const signIn = useMutation(
    trpc.auth.signIn.mutationOptions({
      onSuccess: () => window.location.assign(pathAfterSignIn(window.location.search)),
    }),
  )
  const error = signIn.error === null ? null : readApiError(signIn.error)
  return (
    <AccessFrame title={t('signIn')} onSubmit={() => signIn.mutate({ email, password })}>
      {error === null ? null : (
        <Notice kind="failed">
          {error.reason === 'unauthorized' ? t('wrong') : error.reason === undefined ? t('unreachable') : error.message}
        </Notice>
      )}
      <Labelled label={t('email')}>
        {(wiring) => (
          <TextInput
            {...wiring}
            type="email"
            name="email"
            autoComplete="username"
            autoFocus
            required
            value={email}
            onChange={(event) => setEmail(event.target.value)}
          />
        )}
      </Labelled>
      <Labelled label={t('password')}>
        {(wiring) => (
          <TextInput
            {...wiring}
            type="password"
            name="password"
            autoComplete="current-password"
            required
            value={password}
            onChange={(event) => setPassword(event.target.value)}
          />
        )}
      </Labelled>
      <Button
        type="submit"
        look="primary"
        className="w-full"
        disabled={signIn.isPending || signIn.isSuccess || email === '' || password === ''}
      >
        {t('signIn')}
      </Button>
      <p className="text-muted text-xs">{t('forgot')}</p>
    </AccessFrame>
  )
}
