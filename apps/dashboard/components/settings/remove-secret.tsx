'use client'

import { useMutation, useQueryClient } from '@tanstack/react-query'
import { toast } from 'sonner'
import { useTranslations } from 'use-intl'
import { readApiError } from '../../lib/api-error.ts'
import { type SecretItem, useTRPC } from '../../lib/trpc.ts'
import { Confirm } from '../ui/confirm.tsx'

/** Asks before a value is forgotten for good; one that something refers to stays. */
export function RemoveSecret({ secret, close }: { secret: SecretItem; close: () => void }) {
  const t = useTranslations('settings.removeSecret')
  const unreachable = useTranslations('settings')('unreachable')
  const kinds = useTranslations('changes')
  const trpc = useTRPC()
  const queryClient = useQueryClient()
  const { name, usedBy } = secret
  const remove = useMutation(
    trpc.secrets.remove.mutationOptions({
      onSuccess: () => {
        toast(t('done', { name }))
        close()
      },
      onSettled: () => queryClient.invalidateQueries({ queryKey: trpc.secrets.pathKey() }),
    }),
  )
  const error = remove.error === null ? null : readApiError(remove.error)
  return (
    <Confirm
      open
      onOpenChange={close}
      title={t('title', { name })}
      action={t('do')}
      danger
      busy={remove.isPending || usedBy.length > 0}
      error={error === null ? null : error.reason === undefined ? unreachable : error.message}
      onConfirm={() => remove.mutate({ name })}
    >
      {usedBy.length === 0 ? (
        <p>{t('text')}</p>
      ) : (
        <>
          <p>{t('used')}</p>
          <ul className="list-disc pl-5">
            {usedBy.map(({ kind, id }) => (
              <li key={`${kind} ${id}`}>
                {kinds(`kind.${kind}`)} {id}
              </li>
            ))}
          </ul>
        </>
      )}
    </Confirm>
  )
}
