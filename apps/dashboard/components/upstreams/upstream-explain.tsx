'use client'

import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useFormatter, useTranslations } from 'use-intl'
import { explainUpstream, picksToExplain } from '../../lib/explained.ts'
import type { KnownUpstream } from '../../lib/known-upstream.ts'
import type { TrafficSummary } from '../../lib/trpc.ts'
import { useShareText } from '../../lib/use-share-text.ts'
import { Skeleton } from '../ui/skeleton.tsx'
import { Cell, Head, HeadCell, Row, Table } from '../ui/table.tsx'

/** A little more than its share is chance; beyond this it is not. */
const even = 1.1

/** How shares come about: what each target is expected to get and how that is known, what it got, and how even it is. */
export function UpstreamExplain({
  text,
  traffic,
  fairness,
}: {
  /** The upstream as it is typed and the health there is, as JSON: what is explained, and when it has changed. */
  text: string
  traffic: TrafficSummary['upstreams'][string] | undefined
  fairness: number | null
}) {
  const t = useTranslations('explain')
  const format = useFormatter()
  const [open, setOpen] = useState(false)
  const explained = useQuery({
    queryKey: ['explanation', text],
    enabled: open,
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 10_000,
    placeholderData: (before) => before,
    queryFn: async () => {
      const { typed, health, served } = JSON.parse(text) as KnownUpstream
      return (await explainUpstream(typed, health && { health, served: new Map(served) })) ?? null
    },
  }).data
  return (
    <details open={open} onToggle={(event) => setOpen(event.currentTarget.open)} className="group">
      <summary className="-mx-1 inline-block rounded px-1 py-0.5 text-muted text-table hover:text-text">
        {t('title')}
      </summary>
      {!open ? null : (
        <div className="figures mt-2 max-w-[680px] space-y-2 text-table">
          {explained === undefined ? (
            <Skeleton className="h-24" />
          ) : explained === null ? (
            <p className="text-muted">{t('cannot')}</p>
          ) : (
            <>
              <p className="text-muted">
                {explained.method === 'exact' ? t('exact') : t('simulated', { picks: format.number(picksToExplain) })}{' '}
                {explained.noneHealthy ? t('noneHealthy') : null}
              </p>
              <Shares targets={explained.targets} traffic={traffic} />
            </>
          )}
          <p>
            {fairness === null
              ? t('fairnessUnknown')
              : fairness <= even
                ? t('fair', { fairness: format.number(fairness, { maximumFractionDigits: 2 }) })
                : t('unfair', {
                    fairness: format.number(fairness, { maximumFractionDigits: 2 }),
                    more: format.number((fairness - 1) * 100, { maximumFractionDigits: 0 }),
                  })}
          </p>
        </div>
      )}
    </details>
  )
}

function Shares({
  targets,
  traffic,
}: {
  targets: readonly {
    id: string
    share: number
    without?: 'disabled' | 'draining' | 'weight-0' | 'other-tier' | 'unhealthy'
  }[]
  traffic: TrafficSummary['upstreams'][string] | undefined
}) {
  const t = useTranslations('explain')
  const share = useShareText()
  return (
    <Table label={t('title')}>
      <Head>
        <HeadCell>{t('target')}</HeadCell>
        <HeadCell right>{t('expected')}</HeadCell>
        <HeadCell right>{t('measured')}</HeadCell>
        <HeadCell>{t('why')}</HeadCell>
      </Head>
      <tbody>
        {targets.map(({ id, share: expected, without }) => {
          const measured = traffic?.targets[id]
          return (
            <Row key={id}>
              <Cell className="max-w-40 truncate font-medium">{id}</Cell>
              <Cell right>{share(expected)}</Cell>
              <Cell right className="text-muted">
                {measured === undefined || (traffic?.requestsPerSecond ?? 0) === 0 ? '–' : share(measured.share)}
              </Cell>
              <Cell className="text-muted">{without === undefined ? null : t(`without.${without}`)}</Cell>
            </Row>
          )
        })}
      </tbody>
    </Table>
  )
}
