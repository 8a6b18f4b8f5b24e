'use client'

import { useMutation, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslations } from 'use-intl'
import { readApiError } from '../../lib/api-error.ts'
import { useTRPC } from '../../lib/trpc.ts'
import { useStatus } from '../../lib/use-status.ts'
import { Button } from '../ui/button.tsx'
import { Dialog } from '../ui/dialog.tsx'
import { TextInput } from '../ui/inputs.tsx'
import { Labelled } from '../ui/labelled.tsx'
import { Notice } from '../ui/notice.tsx'
import { ChangeList } from './change-list.tsx'
import { ProblemList } from './problem-list.tsx'
import { type Published, PublishProgress } from './publish-progress.tsx'

/** Shows what a publish would change, publishes it, and then shows how it arrives on every node. */
export function PublishDialog({ open, onOpenChange }: { open: boolean; onOpenChange: (open: boolean) => void }) {
  const t = useTranslations('publish')
  const { data } = useStatus()
  const [published, setPublished] = useState<Published>()
  // The review begins anew when the dialog is closed, and not before: the news of our own publish comes while its
  // answer is still under way.
  const [closed, setClosed] = useState(0)
  const change = (next: boolean) => {
    onOpenChange(next)
    if (next) return
    setPublished(undefined)
    setClosed((times) => times + 1)
  }
  if (data === undefined) return null
  if (published !== undefined) {
    return (
      <Dialog open={open} onOpenChange={change} wide title={t('publishedTitle', { number: published.number })}>
        <PublishProgress published={published} close={() => change(false)} onRolledBack={setPublished} />
      </Dialog>
    )
  }
  return <Review key={closed} open={open} onOpenChange={change} onPublished={setPublished} />
}

function Review({
  open,
  onOpenChange,
  onPublished,
}: {
  open: boolean
  onOpenChange: (open: boolean) => void
  onPublished: (published: Published) => void
}) {
  const t = useTranslations('publish')
  const trpc = useTRPC()
  const { data } = useStatus()
  const [message, setMessage] = useState('')
  const publish = useMutation(trpc.revisions.publish.mutationOptions())
  const upstreams = useQuery(trpc.upstreams.list.queryOptions(undefined, { enabled: open }))
  const upstreamAfter = (id: string) => upstreams.data?.find((upstream) => upstream.id === id)?.value
  if (data === undefined) return null
  const { draft, head, nodes } = data
  const error = publish.error === null ? null : readApiError(publish.error)
  const confirming = error?.reason === 'confirmation_required'

  const send = () => {
    const startedAt = Date.now()
    publish.mutate(
      {
        etag: draft.etag,
        ...(message.trim() === '' ? {} : { message: message.trim() }),
        ...(confirming ? { confirm: true } : {}),
      },
      {
        onSuccess: ({ number }) => onPublished({ number, previous: head?.number ?? null, startedAt }),
      },
    )
  }
  const blocked = draft.problems.length > 0
  return (
    <Dialog
      open={open}
      onOpenChange={(next) => {
        publish.reset()
        onOpenChange(next)
      }}
      wide
      title={t('title', { number: draft.next })}
      description={nodes.length === 0 ? t('noNodes') : t('to', { nodes: nodes.length })}
      footer={
        <>
          <Button onClick={() => onOpenChange(false)}>{t('notYet')}</Button>
          <Button
            look={confirming ? 'danger' : 'primary'}
            disabled={blocked || publish.isPending || draft.changes.length === 0}
            onClick={send}
          >
            {confirming ? t('anyway') : t('publish')}
          </Button>
        </>
      }
    >
      <div className="space-y-4">
        {blocked ? (
          <Notice kind="failed">
            <p className="font-medium">{t('blocked')}</p>
            <ProblemList problems={draft.problems} />
          </Notice>
        ) : null}
        {error === null ? null : confirming ? (
          <Notice kind="attention">
            <p className="font-medium">{error.message}</p>
            <p className="text-muted">{t('confirm')}</p>
          </Notice>
        ) : (
          <Notice kind="failed">
            <p className="font-medium">{error.message}</p>
            {error.reason === 'conflict' ? <p className="text-muted">{t('changedMeanwhile')}</p> : null}
            <ProblemList problems={error.problems} />
          </Notice>
        )}
        <Labelled label={t('message')}>
          {(wiring) => (
            <TextInput
              {...wiring}
              value={message}
              maxLength={1000}
              placeholder={t('messageExample')}
              onChange={(event) => setMessage(event.target.value)}
              onKeyDown={(event) => {
                if (event.key === 'Enter' && !blocked && !publish.isPending && !confirming) send()
              }}
            />
          )}
        </Labelled>
        {draft.changes.length === 0 ? (
          <p className="text-muted">{t('nothing')}</p>
        ) : (
          <ChangeList changes={draft.changes} upstreamAfter={upstreamAfter} />
        )}
      </div>
    </Dialog>
  )
}
