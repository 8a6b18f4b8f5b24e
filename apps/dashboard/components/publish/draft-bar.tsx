'use client'

import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import { toast } from 'sonner'
import { useTranslations } from 'use-intl'
import { useTRPC } from '../../lib/trpc.ts'
import { useDetailWords } from '../../lib/use-detail-words.ts'
import { useStatus } from '../../lib/use-status.ts'
import { useUser } from '../../lib/use-user.ts'
import { Button } from '../ui/button.tsx'
import { Confirm } from '../ui/confirm.tsx'
import { StateShape } from '../ui/state-mark.tsx'
import { usePublish } from './publish-provider.tsx'

/** There only while the draft differs from what serves: what differs, and the way on or back. */
export function DraftBar() {
  const t = useTranslations('draft')
  const { data } = useStatus()
  const { canEdit } = useUser()
  const { review } = usePublish()
  const words = useDetailWords()
  const trpc = useTRPC()
  const [asking, setAsking] = useState(false)
  const discard = useMutation(
    trpc.revisions.discard.mutationOptions({
      onSuccess: () => {
        setAsking(false)
        toast(t('discarded'))
      },
    }),
  )
  const changes = data?.draft.changes ?? []
  if (data === undefined || changes.length === 0) return null
  const told = changes.slice(0, 5).map((change) => words.inShort(change))
  const more = changes.length > told.length ? [t('more', { count: changes.length - told.length })] : []
  const sentence = [...told, ...more].join(t('separator'))
  return (
    <section
      aria-label={t('label')}
      className="flex min-h-12 shrink-0 flex-wrap items-center gap-x-3 gap-y-2 border-attention/40 border-t bg-attention-soft px-4 py-2 md:px-6"
    >
      <StateShape kind={data.draft.problems.length > 0 ? 'failed' : 'attention'} />
      <p
        role="status"
        className="figures min-w-0 flex-1 truncate text-table max-sm:basis-[calc(100%-24px)]"
        title={sentence}
      >
        <span className="font-medium">{t('notPublished', { count: changes.length })}</span> {sentence}
      </p>
      {canEdit ? (
        <span className="ml-auto flex gap-2">
          <Button size="small" onClick={() => setAsking(true)}>
            {t('discard')}
          </Button>
          <Button size="small" look="primary" onClick={review}>
            {t('review')}
          </Button>
        </span>
      ) : null}
      <Confirm
        open={asking}
        onOpenChange={setAsking}
        title={t('discardTitle', { count: changes.length })}
        action={t('discard')}
        danger
        busy={discard.isPending}
        error={discard.error?.message ?? null}
        onConfirm={() => discard.mutate({ etag: data.draft.etag })}
      >
        <p>{data.head === null ? t('discardAll') : t('discardText', { number: data.head.number })}</p>
        <ul className="list-disc space-y-0.5 pl-5">
          {changes.slice(0, 8).map((change) => (
            <li key={`${change.kind} ${change.id}`}>{words.inShort(change)}</li>
          ))}
        </ul>
        {changes.length > 8 ? <p>{t('more', { count: changes.length - 8 })}</p> : null}
      </Confirm>
    </section>
  )
}
