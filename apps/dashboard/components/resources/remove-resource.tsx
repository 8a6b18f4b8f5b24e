'use client'

import type { Kind } from '@switchyard/core/schema/fields'
import { useQueryClient } from '@tanstack/react-query'
import Link from 'next/link'
import { useRouter } from 'next/navigation'
import { useState } from 'react'
import { toast } from 'sonner'
import { useTranslations } from 'use-intl'
import { readApiError } from '../../lib/api-error.ts'
import { useTRPC, useTRPCClient } from '../../lib/trpc.ts'
import { Confirm } from '../ui/confirm.tsx'

export interface Removable {
  id: string
  serving: 'same' | 'changed' | 'added'
  etag: string
  value: Record<string, unknown>
  usedBy: readonly { kind: Kind; id: string }[]
}

/** Asks before a resource leaves the draft; says who uses it, and can be undone from the toast. */
export function RemoveResource({
  kind,
  item,
  open,
  onOpenChange,
}: {
  kind: Kind
  item: Removable
  open: boolean
  onOpenChange: (open: boolean) => void
}) {
  const t = useTranslations('remove')
  const kinds = useTranslations('changes')
  const router = useRouter()
  const trpc = useTRPC()
  const client = useTRPCClient()
  const queryClient = useQueryClient()
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<string | null>(null)
  const used = item.usedBy.length > 0

  const refresh = () => queryClient.invalidateQueries({ queryKey: trpc[kind].pathKey() })
  const undo = async () => {
    try {
      await client[kind].create.mutate({ value: item.value })
      await refresh()
      router.push(`/${kind}/${encodeURIComponent(item.id)}`)
    } catch (failure) {
      toast.error(readApiError(failure).message)
    }
  }
  const remove = async () => {
    setBusy(true)
    setError(null)
    try {
      await client[kind].remove.mutate({ id: item.id, etag: item.etag })
      onOpenChange(false)
      router.push(`/${kind}`)
      void refresh()
      toast(t('done', { id: item.id }), { action: { label: t('undo'), onClick: () => void undo() } })
    } catch (failure) {
      setError(readApiError(failure).message)
      void refresh()
    } finally {
      setBusy(false)
    }
  }
  return (
    <Confirm
      open={open}
      onOpenChange={onOpenChange}
      title={t('title', { kind: kinds(`kind.${kind}`), id: item.id })}
      action={t('do')}
      danger
      busy={busy || used}
      error={error}
      onConfirm={() => void remove()}
    >
      {used ? (
        <>
          <p>{t('used')}</p>
          <ul className="list-disc pl-5">
            {item.usedBy.map((user) => (
              <li key={`${user.kind} ${user.id}`}>
                {kinds(`kind.${user.kind}`)}{' '}
                <Link
                  href={`/${user.kind}/${encodeURIComponent(user.id)}`}
                  className="rounded text-accent-text hover:underline"
                >
                  {user.id}
                </Link>
              </li>
            ))}
          </ul>
        </>
      ) : (
        <p>{t(`text.${kind}`)}</p>
      )}
    </Confirm>
  )
}
