'use client'

import type { WrittenTarget } from '@switchyard/core/balancers/create'
import { useFormatter, useTranslations } from 'use-intl'
import { weightNow } from '../../lib/target-state.ts'
import type { TrafficSummary, UpstreamHealth } from '../../lib/trpc.ts'
import { useShareText } from '../../lib/use-share-text.ts'
import type { WeightEdits } from '../../lib/use-weight-edits.ts'
import { Cell, Head, HeadCell, Row, Table } from '../ui/table.tsx'
import { type TargetAction, TargetActions } from './target-actions.tsx'
import { TargetHealthMark } from './target-health.tsx'
import { WeightInput } from './weight-input.tsx'

interface TargetTableProps {
  targets: readonly WrittenTarget[]
  shares: ReadonlyMap<string, number>
  traffic: TrafficSummary['upstreams'][string] | undefined
  health: UpstreamHealth | undefined
  /** The weights that nodes have, by target id. */
  served: ReadonlyMap<string, number>
  /** A node is heard. */
  heard: boolean
  /** The upstream has probes. */
  probed: boolean
  edits: WeightEdits
  canEdit: boolean
  onAction: (action: TargetAction, target: WrittenTarget) => void
}

/** The targets of an upstream, a line each: what was decided at the left, what goes through at the right. */
export function TargetTable({ targets, shares, traffic, health, served, ...rest }: TargetTableProps) {
  const t = useTranslations('targets')
  const tiered = new Set(targets.map(({ tier = 0 }) => tier)).size > 1
  return (
    <Table label={t('title')}>
      <Head>
        <HeadCell>{t('target')}</HeadCell>
        <HeadCell className="max-md:hidden">{t('address')}</HeadCell>
        {tiered ? (
          <HeadCell right className="max-md:hidden">
            {t('tier')}
          </HeadCell>
        ) : null}
        <HeadCell className="w-px">
          <span className="block w-16 text-right sm:w-20">{t('weight')}</span>
        </HeadCell>
        <HeadCell right>{t('share')}</HeadCell>
        <HeadCell right className="max-sm:hidden">
          {t('measured')}
        </HeadCell>
        <HeadCell right className="max-sm:hidden">
          {t('rate')}
        </HeadCell>
        <HeadCell right className="max-lg:hidden">
          {t('inFlight')}
        </HeadCell>
        <HeadCell right className="max-lg:hidden">
          {t('errors')}
        </HeadCell>
        <HeadCell className="w-52 min-w-52 max-sm:hidden">{t('state')}</HeadCell>
        <HeadCell>
          <span className="sr-only">{t('actions')}</span>
        </HeadCell>
      </Head>
      <tbody>
        {targets.map((target) => (
          <TargetRow
            key={target.id}
            target={target}
            share={shares.get(target.id)}
            traffic={traffic?.targets[target.id]}
            anyTraffic={(traffic?.requestsPerSecond ?? 0) > 0}
            health={health?.targets[target.id]}
            served={served.get(target.id) ?? target.weight ?? 1}
            tiered={tiered}
            {...rest}
          />
        ))}
      </tbody>
    </Table>
  )
}

function TargetRow({
  target,
  share,
  traffic,
  anyTraffic,
  health,
  served,
  heard,
  probed,
  tiered,
  edits,
  canEdit,
  onAction,
}: Omit<TargetTableProps, 'targets' | 'shares' | 'traffic' | 'health' | 'served'> & {
  target: WrittenTarget
  share: number | undefined
  traffic: TrafficSummary['upstreams'][string]['targets'][string] | undefined
  anyTraffic: boolean
  health: UpstreamHealth['targets'][string] | undefined
  served: number
  tiered: boolean
}) {
  const t = useTranslations('targets')
  const format = useFormatter()
  const shareText = useShareText()
  const count = (value: number | undefined) =>
    value === undefined ? '–' : format.number(value, { maximumFractionDigits: value < 10 ? 1 : 0 })
  const failed = traffic === undefined || traffic.requests === 0 ? undefined : traffic.failures / traffic.requests
  const weight = target.weight ?? 1
  const counts = weightNow(health, served)
  const countsText =
    counts === undefined ? '' : t('countsNow', { weight: format.number(counts, { maximumFractionDigits: 2 }) })
  const state = (
    <TargetHealthMark
      id={target.id}
      target={target}
      health={health}
      heard={heard}
      probed={probed}
      served={served}
      traffic={traffic}
    />
  )
  const measured = traffic === undefined || !anyTraffic ? '–' : shareText(traffic.share)
  return (
    <Row className="align-top [&>td]:py-1">
      <Cell className="max-w-36 sm:max-w-48">
        <span className="block truncate leading-7 font-medium">{target.id}</span>
        <span className="-mt-1 block truncate pb-1 font-mono text-muted text-xs md:hidden" title={target.url}>
          {target.url.replace(/^http:\/\//, '')}
        </span>
        {tiered ? (
          <span className="-mt-1 block pb-1 text-muted text-xs md:hidden">
            {t('tierOf', { tier: target.tier ?? 0 })}
          </span>
        ) : null}
        <span className="block whitespace-nowrap pb-1 sm:hidden">{state}</span>
      </Cell>
      <Cell mono className="max-w-72 truncate leading-7 max-md:hidden" title={target.url}>
        {target.url}
      </Cell>
      {tiered ? (
        <Cell right className="leading-7 max-md:hidden">
          {target.tier ?? 0}
        </Cell>
      ) : null}
      <Cell>
        <span className="flex items-center max-md:flex-col max-md:items-end">
          <WeightInput target={target.id} weight={weight} edits={edits} readOnly={!canEdit} />
          <span
            data-testid={`counts-${target.id}`}
            title={counts === undefined ? undefined : t('countsNowLong')}
            className="block h-4 whitespace-nowrap pl-1.5 text-attention text-xs md:w-14"
          >
            {countsText}
          </span>
        </span>
      </Cell>
      <Cell right className="leading-7">
        <span className="block" data-testid={`share-${target.id}`}>
          {share === undefined ? '–' : shareText(share)}
        </span>
        <span className="-mt-1 block text-muted text-xs sm:hidden" title={t('measured')}>
          {measured}
        </span>
      </Cell>
      <Cell right className="text-muted leading-7 max-sm:hidden" data-testid={`measured-${target.id}`}>
        {measured}
      </Cell>
      <Cell right className="leading-7 max-sm:hidden">
        {count(traffic?.requestsPerSecond)}
      </Cell>
      <Cell right className="leading-7 max-lg:hidden">
        {count(traffic?.inFlight)}
      </Cell>
      <Cell right className="leading-7 max-lg:hidden">
        {failed === undefined ? (
          '–'
        ) : (
          <span className={failed > 0 ? 'text-failed' : undefined}>{shareText(failed)}</span>
        )}
      </Cell>
      <Cell className="leading-7 max-sm:hidden">{state}</Cell>
      <Cell right className="w-px whitespace-nowrap">
        <TargetActions target={target} canEdit={canEdit} onAction={onAction} />
      </Cell>
    </Row>
  )
}
