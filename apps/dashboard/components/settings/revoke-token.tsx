'use client'

import { useMutation, useQueryClient } from '@tanstack/react-query'
import { toast } from 'sonner'
import { useTranslations } from 'use-intl'
import { readApiError } from '../../lib/api-error.ts'
import { type TokenItem, useTRPC } from '../../lib/trpc.ts'
import { Confirm } from '../ui/confirm.tsx'
import { TimeAgo } from '../ui/time-ago.tsx'

/** Asks before a token opens nothing any more: when it was last used, and what loses its way in. */
export function RevokeToken({ token, close }: { token: TokenItem; close: () => void }) {
  const t = useTranslations('settings.revokeToken')
  const unreachable = useTranslations('settings')('unreachable')
  const trpc = useTRPC()
  const queryClient = useQueryClient()
  const remove = useMutation(
    trpc.tokens.remove.mutationOptions({
      onSuccess: () => {
        toast(t('done', { name: token.name }))
        close()
      },
      onSettled: () => queryClient.invalidateQueries({ queryKey: trpc.tokens.pathKey() }),
    }),
  )
  const error = remove.error === null ? null : readApiError(remove.error)
  return (
    <Confirm
      open
      onOpenChange={close}
      title={t('title', { name: token.name })}
      action={t('do')}
      danger
      busy={remove.isPending}
      error={error === null ? null : error.reason === undefined ? unreachable : error.message}
      onConfirm={() => remove.mutate({ id: token.id })}
    >
      <p>{t(`text.${token.kind}`)}</p>
      <p className="text-text">
        {token.lastUsedAt === null
          ? t('neverUsed')
          : t.rich('lastUsed', { time: () => <TimeAgo at={token.lastUsedAt ?? ''} /> })}
      </p>
    </Confirm>
  )
}
