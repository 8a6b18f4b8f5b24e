'use client'

import { useMutation, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslations } from 'use-intl'
import { readApiError } from '../../lib/api-error.ts'
import { useTRPC } from '../../lib/trpc.ts'
import { useDocumentUpstreams } from '../../lib/use-document-upstreams.ts'
import { useStatus } from '../../lib/use-status.ts'
import { ChangeList } from '../publish/change-list.tsx'
import { ProblemList } from '../publish/problem-list.tsx'
import { type Published, PublishProgress } from '../publish/publish-progress.tsx'
import { Button } from '../ui/button.tsx'
import { Dialog } from '../ui/dialog.tsx'
import { Failing } from '../ui/failing.tsx'
import { TextInput } from '../ui/inputs.tsx'
import { Labelled } from '../ui/labelled.tsx'
import { Notice } from '../ui/notice.tsx'
import { Skeleton } from '../ui/skeleton.tsx'

/** Says what a roll-back would change and what becomes of the draft; rolls back, and shows how it arrives. */
export function RollBackDialog({
  number,
  open,
  onOpenChange,
}: {
  number: number
  open: boolean
  onOpenChange: (open: boolean) => void
}) {
  const t = useTranslations('rollback')
  const trpc = useTRPC()
  const { data: status } = useStatus()
  const [message, setMessage] = useState('')
  const [published, setPublished] = useState<Published>()
  const rollBack = useMutation(trpc.revisions.rollback.mutationOptions())
  const head = status?.head?.number ?? number
  const diff = useQuery(
    trpc.revisions.diff.queryOptions({ from: head, to: number }, { enabled: open && published === undefined }),
  )
  const upstreamAfter = useDocumentUpstreams(number, open)
  const error = rollBack.error === null ? null : readApiError(rollBack.error)
  const confirming = error?.reason === 'confirmation_required'
  const pending = status?.draft.changes.length ?? 0

  const change = (next: boolean) => {
    onOpenChange(next)
    if (next) return
    setPublished(undefined)
    setMessage('')
    rollBack.reset()
  }
  const send = () => {
    const startedAt = Date.now()
    const note = message.trim()
    rollBack.mutate(
      { number, ...(note === '' ? {} : { message: note }), ...(confirming ? { confirm: true } : {}) },
      {
        onSuccess: (made) => {
          setPublished({ number: made.number, previous: head, startedAt })
        },
      },
    )
  }
  if (published !== undefined) {
    return (
      <Dialog open={open} onOpenChange={change} wide title={t('done', { number: published.number, of: number })}>
        <PublishProgress published={published} close={() => change(false)} onRolledBack={setPublished} />
      </Dialog>
    )
  }
  return (
    <Dialog
      open={open}
      onOpenChange={change}
      wide
      title={t('title', { number })}
      description={t('about', { number, next: head + 1 })}
      footer={
        <>
          <Button onClick={() => change(false)}>{t('cancel')}</Button>
          <Button
            look={confirming ? 'danger' : 'primary'}
            disabled={rollBack.isPending || diff.data === undefined}
            onClick={send}
          >
            {confirming ? t('anyway') : t('do')}
          </Button>
        </>
      }
    >
      <div className="space-y-4">
        {error === null ? null : (
          <Notice kind={confirming ? 'attention' : 'failed'}>
            <p className="font-medium">{error.message}</p>
            {confirming ? <p className="text-muted">{t('confirm')}</p> : <ProblemList problems={error.problems} />}
          </Notice>
        )}
        {pending > 0 ? <Notice kind="attention">{t('draft', { count: pending })}</Notice> : null}
        {diff.data !== undefined ? (
          diff.data.changes.length === 0 ? (
            <p className="text-muted">{t('same')}</p>
          ) : (
            <ChangeList changes={diff.data.changes} upstreamAfter={upstreamAfter} />
          )
        ) : diff.error === null ? (
          <Skeleton className="h-24" />
        ) : (
          <Failing error={diff.error} retry={() => void diff.refetch()} />
        )}
        <Labelled label={t('message')}>
          {(wiring) => (
            <TextInput
              {...wiring}
              value={message}
              maxLength={1000}
              onChange={(event) => setMessage(event.target.value)}
            />
          )}
        </Labelled>
      </div>
    </Dialog>
  )
}
