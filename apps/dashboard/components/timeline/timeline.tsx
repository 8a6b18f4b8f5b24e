'use client'

import { useTranslations } from 'use-intl'
import { useSearchParam } from '../../lib/use-search-param.ts'
import { useTimeline } from '../../lib/use-timeline.ts'
import { Button } from '../ui/button.tsx'
import { Failing } from '../ui/failing.tsx'
import { Select } from '../ui/inputs.tsx'
import { Skeleton } from '../ui/skeleton.tsx'
import { TimelineRow } from './timeline-row.tsx'

/** What happened to an upstream and its targets, the newest first. */
export function Timeline({ upstream, targets }: { upstream: string; targets: readonly string[] }) {
  const t = useTranslations('timeline')
  const [target, setTarget] = useSearchParam('target')
  // One that was removed has a past all the same.
  const known = target === '' || targets.includes(target) ? targets : [...targets, target]
  return (
    <div className="space-y-3">
      <div className="flex flex-wrap items-end justify-between gap-x-4 gap-y-2">
        <div>
          <h2 id="timeline-title" className="font-semibold text-sm">
            {t('title')}
          </h2>
          <p className="text-muted text-xs">{t('lead')}</p>
        </div>
        <div className="flex items-center gap-2 text-table">
          <label htmlFor="timeline-of" className="text-muted">
            {t('of')}
          </label>
          <Select
            id="timeline-of"
            className="w-auto max-w-48 min-w-28"
            value={target}
            onChange={(event) => setTarget(event.target.value)}
          >
            <option value="">{t('everything')}</option>
            {known.map((id) => (
              <option key={id} value={id}>
                {id}
              </option>
            ))}
          </Select>
        </div>
      </div>
      <Events key={target} upstream={upstream} target={target} choose={setTarget} />
    </div>
  )
}

function Events({ upstream, target, choose }: { upstream: string; target: string; choose: (target: string) => void }) {
  const t = useTranslations('timeline')
  const { timeline, error, refetch, older, loadOlder } = useTimeline(upstream, target)
  if (timeline === undefined) {
    if (error !== null) return <Failing error={error} retry={() => void refetch()} />
    return (
      <div role="status" aria-label={t('loading')}>
        <Skeleton className="h-36" />
      </div>
    )
  }
  if (timeline.events.length === 0) {
    return (
      <p className="rounded-lg border border-line-strong border-dashed px-4 py-6 text-muted text-table">
        {target === '' ? t('empty') : t('emptyOf', { target })}
      </p>
    )
  }
  const nodes = new Set(timeline.events.map(({ node }) => node))
  return (
    <>
      <ol
        aria-label={t('title')}
        aria-live="polite"
        aria-relevant="additions"
        className="divide-y divide-line rounded-lg border border-line bg-panel"
      >
        {timeline.events.map((event) => (
          <TimelineRow
            key={event.id}
            event={event}
            severalNodes={nodes.size > 1}
            {...(target === '' ? { choose } : {})}
          />
        ))}
      </ol>
      {error === null ? null : <Failing error={error} retry={() => void refetch()} />}
      {older.error === null ? null : <Failing error={older.error} retry={() => void loadOlder()} />}
      {timeline.more && older.error === null ? (
        <Button disabled={older.loading} onClick={() => void loadOlder()}>
          {t('older')}
        </Button>
      ) : null}
    </>
  )
}
