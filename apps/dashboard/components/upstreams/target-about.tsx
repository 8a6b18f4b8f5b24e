'use client'

import type { Cause, HealthState } from '@switchyard/core/target-events'
import { useTranslations } from 'use-intl'
import { type TargetState, targetStateKind, weightNow } from '../../lib/target-state.ts'
import type { TargetHealth } from '../../lib/trpc.ts'
import { useEventWords } from '../../lib/use-event-words.ts'
import { useTimeText } from '../../lib/use-time-text.ts'
import { Countdown } from '../ui/countdown.tsx'
import { type StateKind, StateMark } from '../ui/state-mark.tsx'

/** So many nodes are named, those that say the worst first. */
const mostNodes = 6

const kinds: Record<HealthState, StateKind> = {
  healthy: 'ok',
  unknown: 'unknown',
  unhealthy: 'failed',
  ejected: 'failed',
}
const order: readonly HealthState[] = ['ejected', 'unhealthy', 'unknown', 'healthy']

/** What happened to a target, who says so, since when and until when. */
export function TargetAbout({
  id,
  state,
  health,
  served,
}: {
  id: string
  state: TargetState
  health: TargetHealth
  /** The weight that nodes have. */
  served: number
}) {
  const t = useTranslations('targetAbout')
  const at = useTimeText()
  const { draining, slowStartUntil } = health
  const counts = weightNow(health, served)
  const nodes = [...health.nodes].sort((a, b) => order.indexOf(a.health.state) - order.indexOf(b.health.state))
  return (
    <div className="figures space-y-2">
      <p className="flex items-baseline justify-between gap-6">
        <span className="font-medium">{id}</span>
        <span className="text-muted text-xs">{t('weight', { now: counts ?? served, weight: served })}</span>
      </p>
      {state.word === 'toDrain' ? <p>{t('toDrain')}</p> : null}
      {draining === null ? null : (
        <p>
          {t('draining', { requests: draining.inFlight, tunnels: draining.tunnels })}{' '}
          {draining.until === null ? null : t('drainsUntil', { time: at(draining.until) })}
        </p>
      )}
      {slowStartUntil === null ? null : (
        <p>
          {t('slowStart', { time: at(slowStartUntil) })} (<Countdown until={slowStartUntil} />)
        </p>
      )}
      {state.word === 'exempt' ? <p>{t('exempt')}</p> : null}
      <ul className="space-y-1.5 border-line border-t pt-2">
        {nodes.slice(0, mostNodes).map(({ node, health: said }) => (
          <li key={node}>
            <p className="flex flex-wrap items-baseline gap-x-2">
              <span className="font-mono text-muted text-xs">{node}</span>
              <StateMark kind={said.exempt ? targetStateKind({ word: 'exempt', nodes: 1, of: 1 }) : kinds[said.state]}>
                {t(`state.${said.state}`)}
              </StateMark>
              <span className="text-muted text-xs">
                {t('since', { time: at(said.since) })}
                {said.ejectedUntil === undefined ? null : `, ${t('until', { time: at(said.ejectedUntil) })}`}
              </span>
            </p>
            {said.cause === undefined ? null : <CauseLine cause={said.cause} past={said.state === 'healthy'} />}
          </li>
        ))}
        {nodes.length > mostNodes ? (
          <li className="text-muted text-xs">{t('moreNodes', { count: nodes.length - mostNodes })}</li>
        ) : null}
      </ul>
    </div>
  )
}

/** Why: the code in words, and what the system or the target said. */
function CauseLine({ cause, past }: { cause: Cause; past: boolean }) {
  const t = useTranslations('targetAbout')
  const words = useEventWords()
  return (
    <p className="pl-0.5">
      {past ? `${t('lastProbe')} ` : null}
      {words.cause(cause)}
      {cause.detail === '' ? null : <span className="break-all font-mono text-muted text-xs"> {cause.detail}</span>}
    </p>
  )
}
