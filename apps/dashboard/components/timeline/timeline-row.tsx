'use client'

import { Pencil } from 'lucide-react'
import Link from 'next/link'
import { useTranslations } from 'use-intl'
import { eventKind } from '../../lib/event-kind.ts'
import type { TimelineEvent } from '../../lib/trpc.ts'
import { useEventWords } from '../../lib/use-event-words.ts'
import { StateShape } from '../ui/state-mark.tsx'
import { TimeAgo } from '../ui/time-ago.tsx'

/** One event: what happened to whom, why, by which revision, at which node, when. */
export function TimelineRow({
  event,
  severalNodes,
  choose,
}: {
  event: TimelineEvent
  severalNodes: boolean
  /** Shows what happened to one target only. */
  choose?: (target: string) => void
}) {
  const t = useTranslations('timeline')
  const words = useEventWords()
  const { target, cause, revision, node, at } = event
  const kind = eventKind(event)
  return (
    <li data-event={event.type} className="flex items-start gap-2.5 px-3 py-1.5 text-table">
      {kind === 'edit' ? (
        <Pencil aria-hidden="true" className="mt-1 size-3 shrink-0 text-muted" />
      ) : (
        <StateShape kind={kind} className="mt-[5px]" />
      )}
      <p className="figures min-w-0 flex-1">
        {target === undefined ? (
          <span className="text-muted">{t('upstream')}</span>
        ) : choose === undefined ? (
          <span className="font-medium">{target}</span>
        ) : (
          <button
            type="button"
            title={t('onlyOf', { target })}
            className="rounded font-medium hover:underline"
            onClick={() => choose(target)}
          >
            {target}
          </button>
        )}{' '}
        <span>{words.sentence(event)}</span>
        {cause === undefined ? null : (
          <>
            <span className="text-muted">{` · ${words.cause(cause)}`}</span>
            {cause.detail === '' ? null : (
              <span className="break-all font-mono text-muted text-xs"> {cause.detail}</span>
            )}
          </>
        )}
        {revision === undefined || revision === 0 ? null : (
          <>
            {' '}
            <Link
              href={`/revisions/${revision}`}
              className="whitespace-nowrap rounded text-accent-text hover:underline"
            >
              r{revision}
            </Link>
          </>
        )}
      </p>
      <p className="flex shrink-0 flex-col items-end whitespace-nowrap text-muted sm:flex-row sm:gap-3">
        {severalNodes ? <span className="font-mono text-xs leading-5">{node}</span> : null}
        <span className="figures sm:min-w-28 sm:text-right">
          <TimeAgo at={at} />
        </span>
      </p>
    </li>
  )
}
