'use client'

import type { WrittenTarget } from '@switchyard/core/balancers/create'
import type { TargetEventType } from '@switchyard/core/target-events'
import { useQuery } from '@tanstack/react-query'
import Link from 'next/link'
import { useFormatter, useTranslations } from 'use-intl'
import { type UpstreamHealth, useTRPC } from '../../lib/trpc.ts'
import { choicesOf, lowestTier } from '../../lib/upstream-health.ts'
import { useTimeText } from '../../lib/use-time-text.ts'
import { newestEvents } from '../../lib/use-timeline.ts'
import { Notice } from '../ui/notice.tsx'

/** What is out of the ordinary about an upstream as a whole, while it lasts, and what is done about it. */
export function UpstreamNotices({
  upstream,
  targets,
  health,
  heard,
}: {
  upstream: string
  targets: readonly WrittenTarget[]
  health: UpstreamHealth | undefined
  heard: boolean
}) {
  const t = useTranslations('notices')
  if (!heard) return <Notice kind="unknown">{t('notHeard')}</Notice>
  if (health === undefined) return null
  return (
    <>
      {choicesOf(health.noneEligible).map(({ choice, nodes }) => (
        <NoneEligible
          key={choice}
          upstream={upstream}
          choice={choice}
          nodes={nodes}
          all={nodes.length === nodesOf(health).length}
        />
      ))}
      {health.tier > lowestTier(targets) ? (
        <Notice kind="attention">
          <p>
            <span className="font-medium">{t('tier', { tier: health.tier })}</span> {t('tierText')}{' '}
            <Since upstream={upstream} type="tier-changed" />
          </p>
        </Notice>
      ) : null}
      {health.breaker === 'open' ? (
        <Notice kind="failed">
          <p>
            <span className="font-medium">{t('breakerOpen')}</span> {t('breakerOpenText')}{' '}
            <Since upstream={upstream} type="breaker-opened" />
          </p>
        </Notice>
      ) : null}
      {health.breaker === 'half-open' ? (
        <Notice kind="attention">
          <p>
            <span className="font-medium">{t('breakerHalfOpen')}</span> {t('breakerHalfOpenText')}
          </p>
        </Notice>
      ) : null}
    </>
  )
}

const nodesOf = ({ targets }: UpstreamHealth): string[] => [
  ...new Set(Object.values(targets).flatMap(({ nodes }) => nodes.map(({ node }) => node))),
]

function NoneEligible({
  upstream,
  choice,
  nodes,
  all,
}: {
  upstream: string
  choice: string
  nodes: string[]
  /** At all nodes that are heard. */
  all: boolean
}) {
  const t = useTranslations('notices')
  const format = useFormatter()
  return (
    <Notice kind={choice === 'fail' ? 'failed' : 'attention'}>
      <p>
        <span className="font-medium">
          {all ? t('noneEligible') : t('noneEligibleAt', { nodes: format.list(nodes) })}
        </span>{' '}
        {choice === 'use-all'
          ? t('useAll')
          : choice === 'fail'
            ? t('fail')
            : t.rich('other', {
                upstream: () => (
                  <Link
                    href={`/upstreams/${encodeURIComponent(choice)}`}
                    className="rounded text-accent-text hover:underline"
                  >
                    {choice}
                  </Link>
                ),
              })}{' '}
        <Since upstream={upstream} type="none-eligible" />
      </p>
    </Notice>
  )
}

/** Since when, as the timeline has it. An absolute time: a notice is read out again whenever its words change. */
function Since({ upstream, type }: { upstream: string; type: TargetEventType }) {
  const t = useTranslations('notices')
  const trpc = useTRPC()
  const at = useTimeText()
  const { data } = useQuery(trpc.health.timeline.queryOptions(newestEvents(upstream, '')))
  const event = data?.events.find((one) => one.type === type)
  return event === undefined ? null : <span className="figures text-muted">{t('since', { time: at(event.at) })}</span>
}
