'use client'

import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { toast } from 'sonner'
import { useTranslations } from 'use-intl'
import { readApiError } from '../../lib/api-error.ts'
import { useTRPC } from '../../lib/trpc.ts'
import { Button } from '../ui/button.tsx'
import { Dialog } from '../ui/dialog.tsx'
import { SecretTextArea, TextInput } from '../ui/inputs.tsx'
import { Labelled } from '../ui/labelled.tsx'
import { Refused } from './refused.tsx'

/** Keeps a value under a name; with `name`, another value under that one. What is typed is never shown again. */
export function SecretDialog({ name: fixed, close }: { name: string | undefined; close: () => void }) {
  const t = useTranslations('settings.secretDialog')
  const trpc = useTRPC()
  const queryClient = useQueryClient()
  const [typed, setTyped] = useState('')
  const [value, setValue] = useState('')
  const name = fixed ?? typed.trim()
  const set = useMutation(trpc.secrets.set.mutationOptions())
  const error = set.error === null ? null : readApiError(set.error)
  const problemOf = (path: string) => error?.problems.find((problem) => problem.path === path)?.message

  const send = () =>
    set.mutate(
      { name, value },
      {
        onSuccess: () => {
          toast(t('done', { name }))
          void queryClient.invalidateQueries({ queryKey: trpc.secrets.pathKey() })
          close()
        },
      },
    )
  return (
    <Dialog
      open
      onOpenChange={close}
      title={fixed === undefined ? t('addTitle') : t('replaceTitle', { name: fixed })}
      description={t(fixed === undefined ? 'addLead' : 'replaceLead')}
      footer={
        <>
          <Button onClick={close}>{t('cancel')}</Button>
          <Button look="primary" type="submit" form="secret" disabled={set.isPending || name === '' || value === ''}>
            {t(fixed === undefined ? 'add' : 'replace')}
          </Button>
        </>
      }
    >
      <form
        id="secret"
        noValidate
        className="space-y-4"
        onSubmit={(event) => {
          event.preventDefault()
          send()
        }}
      >
        <Refused error={error} beside={['name', 'value']} />
        {fixed === undefined ? (
          <Labelled label={t('name')} hint={t('nameHint')} error={problemOf('name')}>
            {(wiring) => (
              <TextInput
                {...wiring}
                mono
                autoFocus
                required
                maxLength={63}
                placeholder="shop-key"
                value={typed}
                onChange={(event) => setTyped(event.target.value)}
              />
            )}
          </Labelled>
        ) : null}
        <Labelled label={t('value')} hint={t('valueHint')} error={problemOf('value')}>
          {(wiring) => (
            <SecretTextArea {...wiring} rows={4} value={value} onChange={(event) => setValue(event.target.value)} />
          )}
        </Labelled>
      </form>
    </Dialog>
  )
}
