'use client'

import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslations } from 'use-intl'
import { readApiError } from '../../lib/api-error.ts'
import { useTRPC } from '../../lib/trpc.ts'
import { Button } from '../ui/button.tsx'
import { Dialog } from '../ui/dialog.tsx'
import { Select, TextInput } from '../ui/inputs.tsx'
import { Labelled } from '../ui/labelled.tsx'
import { ChoiceCards } from './choice-cards.tsx'
import { Refused } from './refused.tsx'
import { type Role, RoleChoice } from './role-choice.tsx'
import { TokenShown } from './token-shown.tsx'

const kinds = ['api', 'node'] as const
type TokenKind = (typeof kinds)[number]

/** In days; empty for never. */
const lifetimes = ['7', '30', '90', '365', ''] as const

/** A script is replaced now and then; a node that loses its token takes no new revision. */
const usual: Record<TokenKind, string> = { api: '90', node: '' }

/** Asks what a token should open, makes it, and shows it the one time that it can be shown. */
export function CreateTokenDialog({ close }: { close: () => void }) {
  const t = useTranslations('settings.createToken')
  const cancel = useTranslations('settings')('cancel')
  const trpc = useTRPC()
  const queryClient = useQueryClient()
  const [name, setName] = useState('')
  const [kind, setKind] = useState<TokenKind>('api')
  const [role, setRole] = useState<Role>('viewer')
  const [days, setDays] = useState<string>()
  const lifetime = days ?? usual[kind]
  const create = useMutation(
    trpc.tokens.create.mutationOptions({
      onSuccess: () => queryClient.invalidateQueries({ queryKey: trpc.tokens.pathKey() }),
    }),
  )
  if (create.data !== undefined) {
    return <TokenShown name={name.trim()} kind={kind} token={create.data.token} close={close} />
  }

  const send = () =>
    create.mutate({
      name,
      kind,
      ...(kind === 'api' ? { role } : {}),
      ...(lifetime === '' ? {} : { expiresInDays: Number(lifetime) }),
    })
  return (
    <Dialog
      open
      onOpenChange={close}
      title={t('title')}
      footer={
        <>
          <Button onClick={close}>{cancel}</Button>
          <Button look="primary" type="submit" form="create-token" disabled={create.isPending || name.trim() === ''}>
            {t('do')}
          </Button>
        </>
      }
    >
      <form
        id="create-token"
        noValidate
        className="space-y-4"
        onSubmit={(event) => {
          event.preventDefault()
          send()
        }}
      >
        <Refused error={create.error === null ? null : readApiError(create.error)} />
        <Labelled label={t('name')} hint={t('nameHint')}>
          {(wiring) => (
            <TextInput
              {...wiring}
              autoFocus
              required
              maxLength={100}
              value={name}
              placeholder={t(`example.${kind}`)}
              onChange={(event) => setName(event.target.value)}
            />
          )}
        </Labelled>
        <ChoiceCards
          legend={t('kind')}
          value={kind}
          onChange={setKind}
          choices={kinds.map((value) => ({ value, label: t(`kinds.${value}`), text: t(`kindTexts.${value}`) }))}
        />
        {kind === 'api' ? <RoleChoice value={role} onChange={setRole} /> : null}
        <Labelled label={t('expires')} hint={kind === 'node' ? t('nodeExpiry') : undefined}>
          {(wiring) => (
            <Select {...wiring} value={lifetime} onChange={(event) => setDays(event.target.value)}>
              {lifetimes.map((value) => (
                <option key={value} value={value}>
                  {value === '' ? t('never') : t('days', { days: Number(value) })}
                </option>
              ))}
            </Select>
          )}
        </Labelled>
      </form>
    </Dialog>
  )
}
