'use client'

import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslations } from 'use-intl'
import { readApiError } from '../../lib/api-error.ts'
import { useTRPC } from '../../lib/trpc.ts'
import { Button } from '../ui/button.tsx'
import { Dialog } from '../ui/dialog.tsx'
import { CreateTokenForm, type TokenWish, usualLifetime } from './create-token-form.tsx'
import { TokenShown } from './token-shown.tsx'

/**
 * Asks what a token should open, makes it, and shows it the one time that it can be shown: then the dialog closes by
 * its button, or by the second try of another way, so that a stray key or click does not lose the token.
 */
export function CreateTokenDialog({ close }: { close: () => void }) {
  const t = useTranslations('settings')
  const trpc = useTRPC()
  const queryClient = useQueryClient()
  const [wish, setWish] = useState<TokenWish>({ name: '', kind: 'api', role: 'viewer', lifetime: usualLifetime.api })
  const [leaving, setLeaving] = useState(false)
  const create = useMutation(
    trpc.tokens.create.mutationOptions({
      onSuccess: () => queryClient.invalidateQueries({ queryKey: trpc.tokens.pathKey() }),
    }),
  )
  const { name, kind, role, lifetime } = wish
  const token = create.data?.token

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
      onOpenChange={() => (token === undefined || leaving ? close() : setLeaving(true))}
      title={token === undefined ? t('createToken.title') : t('tokenShown.title', { name: name.trim() })}
      description={t(token === undefined ? 'createToken.lead' : `tokenShown.use.${kind}`)}
      footer={
        token === undefined ? (
          <>
            <Button onClick={close}>{t('cancel')}</Button>
            <Button look="primary" type="submit" form="create-token" disabled={create.isPending || name.trim() === ''}>
              {t('createToken.do')}
            </Button>
          </>
        ) : (
          <Button look="primary" onClick={close}>
            {t('tokenShown.done')}
          </Button>
        )
      }
    >
      {token === undefined ? (
        <CreateTokenForm
          id="create-token"
          wish={wish}
          onChange={setWish}
          onSubmit={send}
          error={create.error === null ? null : readApiError(create.error)}
        />
      ) : (
        <TokenShown token={token} leaving={leaving} />
      )}
    </Dialog>
  )
}
