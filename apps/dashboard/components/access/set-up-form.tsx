'use client'

import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslations } from 'use-intl'
import { readApiError } from '../../lib/api-error.ts'
import { useTRPC } from '../../lib/trpc.ts'
import { Button } from '../ui/button.tsx'
import { TextInput } from '../ui/inputs.tsx'
import { Labelled } from '../ui/labelled.tsx'
import { Notice } from '../ui/notice.tsx'
import { AccessFrame } from './access-frame.tsx'

/** Makes the first administrator, with the code that the console of the server prints. */
export function SetUpForm() {
  const t = useTranslations('access')
  const trpc = useTRPC()
  const [code, setCode] = useState('')
  const [email, setEmail] = useState('')
  const [password, setPassword] = useState('')
  const setUp = useMutation(trpc.auth.setUp.mutationOptions({ onSuccess: () => window.location.assign('/') }))
  const error = setUp.error === null ? null : readApiError(setUp.error)
  const problemOf = (field: string) => error?.problems.find(({ path }) => path === field)?.message
  const beside = error?.problems.some(({ path }) => ['code', 'email', 'password'].includes(path)) ?? false
  return (
    <AccessFrame
      title={t('setUp')}
      lead={t('setUpLead')}
      onSubmit={() => setUp.mutate({ code: code.trim(), email, password })}
    >
      {error === null || beside ? null : (
        <Notice kind="failed">
          {error.reason === 'unauthorized'
            ? t('wrongCode')
            : error.reason === undefined
              ? t('unreachable')
              : error.message}
        </Notice>
      )}
      <Labelled label={t('code')} hint={t('codeHint')} error={problemOf('code')}>
        {(wiring) => (
          <TextInput {...wiring} mono required value={code} onChange={(event) => setCode(event.target.value)} />
        )}
      </Labelled>
      <Labelled label={t('email')} error={problemOf('email')}>
        {(wiring) => (
          <TextInput
            {...wiring}
            type="email"
            autoComplete="username"
            required
            value={email}
            onChange={(event) => setEmail(event.target.value)}
          />
        )}
      </Labelled>
      <Labelled label={t('password')} hint={t('passwordHint')} error={problemOf('password')}>
        {(wiring) => (
          <TextInput
            {...wiring}
            type="password"
            autoComplete="new-password"
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
        disabled={setUp.isPending || setUp.isSuccess || code === '' || email === '' || password === ''}
      >
        {t('setUpDo')}
      </Button>
    </AccessFrame>
  )
}
