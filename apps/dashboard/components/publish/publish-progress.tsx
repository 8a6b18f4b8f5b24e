'use client'

import { useMutation } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import { useTranslations } from 'use-intl'
import { useTRPC } from '../../lib/trpc.ts'
import { useStatus } from '../../lib/use-status.ts'
import { NodeProgress } from '../nodes/node-progress.tsx'
import { Button } from '../ui/button.tsx'
import { Notice } from '../ui/notice.tsx'
import { StateMark } from '../ui/state-mark.tsx'

/** A revision that was just published from here. */
export interface Published {
  number: number
  /** The revision that served before, to go back to. */
  previous: number | null
  /** Milliseconds, of this browser's clock. */
  startedAt: number
}

/** How a revision arrives: each node's own word, and when all of them had said it. */
export function PublishProgress({
  published,
  close,
  onRolledBack,
}: {
  published: Published
  close: () => void
  onRolledBack: (published: Published) => void
}) {
  const t = useTranslations('publish')
  const trpc = useTRPC()
  const { data } = useStatus()
  const [liveAfterMs, setLiveAfterMs] = useState<number>()
  const undo = useMutation(trpc.revisions.rollback.mutationOptions())

  const current = data?.head?.number === published.number
  const nodes = current ? (data?.nodes ?? []) : []
  const live = nodes.length > 0 && nodes.every((node) => node.state === 'applied')
  const refused = nodes.filter((node) => node.state === 'rejected').length
  const overtaken = (data?.head?.number ?? 0) > published.number

  // The time is this browser's own, from the click to the news: it needs no clocks that agree.
  useEffect(() => {
    if (live) setLiveAfterMs((before) => before ?? Date.now() - published.startedAt)
  }, [live, published.startedAt])

  const { previous } = published
  const rollBack = () => {
    if (previous === null) return
    const startedAt = Date.now()
    undo.mutate(
      { number: previous, confirm: true, message: t('undoMessage', { number: published.number }) },
      {
        onSuccess: ({ number }) => {
          setLiveAfterMs(undefined)
          onRolledBack({ number, previous: published.number, startedAt })
        },
      },
    )
  }
  return (
    <div className="space-y-4">
      <ul className="divide-y divide-line rounded-lg border border-line">
        {nodes.map((node) => (
          <NodeProgress key={node.name} node={node} />
        ))}
        {current && nodes.length === 0 ? (
          <li className="px-3 py-2.5 text-muted text-table">{t('waitsForNodes')}</li>
        ) : null}
        {current ? null : (
          <li className="px-3 py-2.5 text-table">
            <StateMark kind={overtaken ? 'unknown' : 'busy'}>
              {overtaken ? t('overtaken', { number: data?.head?.number ?? 0 }) : t('sending')}
            </StateMark>
          </li>
        )}
      </ul>
      <p role="status" className="min-h-5 text-sm">
        {liveAfterMs !== undefined && live ? (
          <StateMark kind="ok" className="figures font-medium">
            {t('live', { ms: liveAfterMs })}
          </StateMark>
        ) : refused > 0 ? (
          <StateMark kind="failed">{t('refused', { count: refused })}</StateMark>
        ) : null}
      </p>
      {undo.error === null ? null : <Notice kind="failed">{undo.error.message}</Notice>}
      <div className="flex justify-end gap-2">
        {previous === null ? null : (
          <Button onClick={rollBack} disabled={undo.isPending || overtaken}>
            {t('undo', { number: previous })}
          </Button>
        )}
        <Button look="primary" data-first onClick={close}>
          {t('done')}
        </Button>
      </div>
    </div>
  )
}
