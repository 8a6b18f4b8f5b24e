'use client'

import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useTranslations } from 'use-intl'
import { type NodeView, useTRPC } from '../../lib/trpc.ts'
import { Confirm } from '../ui/confirm.tsx'

/** Forgets a node that has gone. One that still runs comes back with its next report. */
export function RemoveNode({ node, close }: { node: NodeView; close: () => void }) {
  const t = useTranslations('removeNode')
  const trpc = useTRPC()
  const queryClient = useQueryClient()
  const remove = useMutation(
    trpc.nodes.remove.mutationOptions({
      onSuccess: async () => {
        close()
        await queryClient.invalidateQueries({ queryKey: trpc.nodes.pathKey() })
      },
    }),
  )
  return (
    <Confirm
      open
      onOpenChange={close}
      title={t('title', { name: node.name })}
      action={t('do')}
      danger
      busy={remove.isPending}
      error={remove.error?.message ?? null}
      onConfirm={() => remove.mutate({ name: node.name })}
    >
      <p>{node.state === 'unknown' ? t('silent', { seconds: node.secondsSinceHeard }) : t('running')}</p>
    </Confirm>
  )
}
