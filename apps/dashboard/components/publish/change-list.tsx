'use client'

import { Fragment, useState } from 'react'
import { useTranslations } from 'use-intl'
import type { WrittenUpstream } from '../../lib/predicted.ts'
import { useSchemaWords } from '../../lib/schema-words.ts'
import type { Change, ChangeDetail } from '../../lib/trpc.ts'
import { useDetailWords } from '../../lib/use-detail-words.ts'
import { Button } from '../ui/button.tsx'
import { StateMark } from '../ui/state-mark.tsx'
import { EffectLines } from './effect-lines.tsx'
import { ShareChange } from './share-change.tsx'

/** So many resources are shown at first. */
const pageSize = 50

/** What changes, in words, grouped by resource; with the shares before and after where weights change. */
export function ChangeList({
  changes,
  upstreamAfter,
}: {
  changes: readonly Change[]
  /** An upstream as it is after the changes, where that is known: its shares are then drawn. */
  upstreamAfter?: (id: string) => WrittenUpstream | undefined
}) {
  const t = useTranslations('changes')
  const [limit, setLimit] = useState(pageSize)
  return (
    <ul className="divide-y divide-line rounded-lg border border-line">
      {changes.slice(0, limit).map((change) => (
        <li key={`${change.kind} ${change.id}`} className="px-3 py-2.5">
          <ResourceChange
            change={change}
            after={change.kind === 'upstreams' ? upstreamAfter?.(change.id) : undefined}
          />
        </li>
      ))}
      {changes.length > limit ? (
        <li className="px-3 py-2.5">
          <Button size="small" onClick={() => setLimit(limit + pageSize)}>
            {t('showMore', { count: changes.length - limit })}
          </Button>
        </li>
      ) : null}
    </ul>
  )
}

function ResourceChange({ change, after }: { change: Change; after: WrittenUpstream | undefined }) {
  const t = useTranslations('changes')
  const words = useDetailWords()
  return (
    <>
      <h3 className="flex items-baseline gap-2 text-table">
        <span className="text-muted">{words.kind(change.kind)}</span>
        <span className="font-medium font-mono">{change.id}</span>
        <span className="ml-auto text-muted text-xs">
          {change.action === 'added' ? (
            <StateMark kind="ok">{t('new')}</StateMark>
          ) : change.action === 'removed' ? (
            <StateMark kind="attention">{t('gone')}</StateMark>
          ) : (
            t('count', { count: change.details.length })
          )}
        </span>
      </h3>
      {change.action === 'added' ? <Added change={change} /> : null}
      {change.action === 'changed' ? (
        <>
          <ul className="mt-1 space-y-0.5">
            {change.details.map((detail) => (
              <DetailLine key={`${detail.path} ${detail.labels.join(' ')}`} detail={detail} />
            ))}
          </ul>
          {after === undefined ? null : <ShareChange change={change} after={after} />}
          {change.effects === undefined ? null : <EffectLines effects={change.effects} />}
        </>
      ) : null}
    </>
  )
}

/** What a new resource says that is not a default. */
function Added({ change }: { change: Change }) {
  const word = useSchemaWords()
  const words = useDetailWords()
  return (
    <dl className="mt-1 grid grid-cols-[max-content_minmax(0,1fr)] gap-x-3 gap-y-0.5 text-table">
      {change.details.map(({ path, labels, after, unit }) => (
        <Fragment key={path}>
          <dt className="text-muted">{labels.map(word).join(' › ')}</dt>
          <dd className="figures break-words font-mono text-xs leading-5">{words.value(after, unit)}</dd>
        </Fragment>
      ))}
    </dl>
  )
}

function DetailLine({ detail }: { detail: ChangeDetail }) {
  const t = useTranslations('changes')
  const words = useDetailWords()
  const { before, after, unit, share } = detail
  const [then, now] = [words.value(before, unit), words.value(after, unit)]
  return (
    <li className="figures flex flex-wrap items-baseline gap-x-3 text-table">
      <span>{words.path(detail)}</span>
      {detail.action === 'changed' && then === now ? (
        <span className="font-medium">{t('different')}</span>
      ) : detail.action === 'changed' ? (
        <span className="break-all font-mono text-xs">
          <del className="text-muted no-underline">{then}</del>
          <span aria-hidden="true"> → </span>
          <ins className="font-medium no-underline">{now}</ins>
        </span>
      ) : (
        <span className="break-all font-mono text-muted text-xs">
          {detail.action === 'added' ? t('added', { name: now }) : t('removed', { name: then })}
        </span>
      )}
      {share === undefined ? null : (
        <span className="text-muted">
          {t('share')} {words.share(share.before)} → {words.share(share.after)}
        </span>
      )}
    </li>
  )
}
