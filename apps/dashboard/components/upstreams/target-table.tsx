'use client'

import type { WrittenTarget } from '@switchyard/core/balancers/create'
import { useFormatter, useTranslations } from 'use-intl'
import type { TrafficSummary } from '../../lib/trpc.ts'
import { useShareText } from '../../lib/use-share-text.ts'
import type { WeightEdits } from '../../lib/use-weight-edits.ts'
import { StateMark } from '../ui/state-mark.tsx'
import { Cell, Head, HeadCell, Row, Table } from '../ui/table.tsx'
import { type TargetAction, TargetActions } from './target-actions.tsx'
import { WeightInput } from './weight-input.tsx'

interface TargetTableProps {
  targets: readonly WrittenTarget[]
  shares: ReadonlyMap<string, number>
  traffic: TrafficSummary['upstreams'][string] | undefined
  edits: WeightEdits
  canEdit: boolean
  onAction: (action: TargetAction, target: WrittenTarget) => void
}

/** The targets of an upstream, a line each: what was decided at the left, what goes through at the right. */
export function TargetTable({ targets, shares, traffic, edits, canEdit, onAction }: TargetTableProps) {
  const t = useTranslations('targets')
  return (
    <Table label={t('title')}>
      <Head>
        <HeadCell>{t('target')}</HeadCell>
        <HeadCell className="max-md:hidden">{t('address')}</HeadCell>
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
        <HeadCell className="max-sm:hidden">{t('state')}</HeadCell>
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
            edits={edits}
            canEdit={canEdit}
            onAction={onAction}
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
  edits,
  canEdit,
  onAction,
}: Omit<TargetTableProps, 'targets' | 'shares' | 'traffic'> & {
  target: WrittenTarget
  share: number | undefined
  traffic: TrafficSummary['upstreams'][string]['targets'][string] | undefined
  anyTraffic: boolean
}) {
  const t = useTranslations('targets')
  const format = useFormatter()
  const shareText = useShareText()
  const count = (value: number | undefined) =>
    value === undefined ? '–' : format.number(value, { maximumFractionDigits: value < 10 ? 1 : 0 })
  const failed = traffic === undefined || traffic.requests === 0 ? undefined : traffic.failures / traffic.requests
  const measured = traffic === undefined || !anyTraffic ? '–' : shareText(traffic.share)
  return (
    <Row className="align-top [&>td]:py-1">
      <Cell className="max-w-36 sm:max-w-48">
        <span className="block truncate leading-7 font-medium">{target.id}</span>
        <span className="-mt-1 block truncate pb-1 font-mono text-muted text-xs md:hidden" title={target.url}>
          {target.url.replace(/^http:\/\//, '')}
        </span>
        <span className="block pb-1 sm:hidden">
          <TargetState target={target} traffic={traffic} />
        </span>
      </Cell>
      <Cell mono className="max-w-72 truncate leading-7 max-md:hidden" title={target.url}>
        {target.url}
      </Cell>
      <Cell>
        <WeightInput target={target.id} weight={target.weight ?? 1} edits={edits} readOnly={!canEdit} />
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
      <Cell className="leading-7 max-sm:hidden">
        <TargetState target={target} traffic={traffic} />
      </Cell>
      <Cell right className="w-px whitespace-nowrap">
        {canEdit ? <TargetActions target={target} onAction={onAction} /> : null}
      </Cell>
    </Row>
  )
}

/** What a target takes by decision; whether it is well, nobody asks it yet. */
function TargetState({
  target,
  traffic,
}: {
  target: WrittenTarget
  traffic: { inFlight: number; tunnels: number } | undefined
}) {
  const t = useTranslations('targets')
  if (target.enabled === false) return <StateMark kind="unknown">{t('off')}</StateMark>
  if (target.drain === true) {
    const left = (traffic?.inFlight ?? 0) + (traffic?.tunnels ?? 0)
    return <StateMark kind="busy">{t('draining', { left })}</StateMark>
  }
  if (target.weight === 0) return <StateMark kind="unknown">{t('noWeight')}</StateMark>
  return <StateMark kind="ok">{t('taking')}</StateMark>
}
