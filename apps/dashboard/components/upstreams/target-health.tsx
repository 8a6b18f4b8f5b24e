'use client'

import { useNow, useTranslations } from 'use-intl'
import { type TargetFacts, type TargetState, targetState, targetStateKind } from '../../lib/target-state.ts'
import { useDurationText } from '../../lib/use-duration-text.ts'
import { Countdown } from '../ui/countdown.tsx'
import { Peek } from '../ui/peek.tsx'
import { StateMark } from '../ui/state-mark.tsx'
import { TargetAbout } from './target-about.tsx'

/** How a target is, in a shape and a word; what happened, who says so and until when, on hover, focus or touch. */
export function TargetHealthMark({ id, ...facts }: TargetFacts & { id: string }) {
  const state = targetState(facts)
  const mark = (
    <StateMark kind={targetStateKind(state)} className="figures max-w-full">
      <StateWords state={state} />
    </StateMark>
  )
  if (facts.health === undefined) return mark
  return (
    <Peek about={<TargetAbout id={id} state={state} health={facts.health} served={facts.served} />}>
      <span data-testid={`health-${id}`}>{mark}</span>
    </Peek>
  )
}

function StateWords({ state }: { state: TargetState }) {
  const t = useTranslations('targetState')
  const duration = useDurationText()
  const now = useNow({ updateInterval: 10_000 })
  switch (state.word) {
    case 'healthy':
      return t('healthy', { time: duration(now.getTime() - new Date(state.since).getTime()) })
    case 'slowStart':
      return t('slowStart', { percent: state.percent })
    case 'draining':
      return (
        <>
          {t('draining', { left: state.left })}
          {state.until === null ? null : (
            <>
              {' · '}
              <Countdown until={state.until} />
            </>
          )}
        </>
      )
    case 'ejected':
      return (
        <>
          {t('ejected')}
          {state.nodes < state.of ? ` · ${t('atNodes', { nodes: state.nodes, of: state.of })}` : null}
          {state.until === null ? null : (
            <>
              {' · '}
              <Countdown until={state.until} />
            </>
          )}
        </>
      )
    case 'unhealthy':
    case 'exempt':
      return state.nodes < state.of
        ? `${t(state.word)} · ${t('atNodes', { nodes: state.nodes, of: state.of })}`
        : t(state.word)
    default:
      return t(state.word)
  }
}
