'use client'

import { useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import { useFormatter, useTranslations } from 'use-intl'
import { predictedShares, strategyTypeOf, targetsOf } from '../../lib/predicted.ts'
import { shareSegments } from '../../lib/share-segments.ts'
import { servedWeights } from '../../lib/shares-before.ts'
import { type UpstreamHealth, type UpstreamItem, useTRPC } from '../../lib/trpc.ts'
import { decisiveHealth, type UpstreamWord, upstreamWord } from '../../lib/upstream-health.ts'
import { useHealth } from '../../lib/use-health.ts'
import { useStatus } from '../../lib/use-status.ts'
import { useTraffic } from '../../lib/use-traffic.ts'
import { routesByUpstream } from '../../lib/used-by.ts'
import { type Column, ResourceList } from '../resources/resource-list.tsx'
import { ShareBar } from '../shares/share-bar.tsx'
import { ShareLegend } from '../shares/share-legend.tsx'
import { UpstreamHealthMark } from './upstream-health-mark.tsx'

const example = `upstreams:
  - id: shop
    strategy: { type: weighted-round-robin }
    targets:
      - { id: a, url: http://10.0.0.7:8080, weight: 5 }
      - { id: b, url: http://10.0.0.8:8080, weight: 1 }`

const textOf = ({ id, value }: UpstreamItem) =>
  [id, value.title ?? '', strategyTypeOf(value), ...targetsOf(value).map(({ url }) => url)].join(' ')

/** What is worst first, when sorted upwards. */
const rankOf = (word: UpstreamWord | undefined) =>
  word === undefined ? 4 : ['failed', 'attention', 'busy', 'ok', 'unknown'].indexOf(word.kind)

/** Every upstream on one line: its shares, how it chooses, what goes through it, and who sends it there. */
export function UpstreamList() {
  const t = useTranslations('upstreams')
  const format = useFormatter()
  const trpc = useTRPC()
  const traffic = useTraffic()
  const health = useHealth()
  const { data: status } = useStatus()
  const upstreams = useQuery(trpc.upstreams.list.queryOptions())
  const routes = useQuery(trpc.routes.list.queryOptions())
  const usedBy = useMemo(() => routesByUpstream(routes.data ?? []), [routes.data])
  // A hash takes a while to predict: when something has changed, not with every report.
  const decisive = useMemo(
    () =>
      JSON.stringify(
        Object.fromEntries(
          Object.entries(health?.upstreams ?? {}).map(([id, upstream]) => [id, decisiveHealth(upstream)]),
        ),
      ),
    [health],
  )
  const shares = useMemo(() => {
    const known = JSON.parse(decisive) as Record<string, UpstreamHealth>
    const changes = status?.draft.changes ?? []
    return new Map(
      (upstreams.data ?? []).map(({ id, value }) => {
        const health = known[id]
        return [id, predictedShares(value, health && { health, served: servedWeights(id, value, changes) })]
      }),
    )
  }, [upstreams.data, decisive, status])
  const columns: Column<UpstreamItem>[] = [
    {
      name: 'share',
      title: t('share'),
      className: 'w-[28%] min-w-28',
      cell: ({ id, value }) => (
        <ShareBar
          size="thin"
          segments={shareSegments(
            targetsOf(value),
            shares.get(id) ?? new Map(),
            traffic?.upstreams[id],
            health?.upstreams[id],
          )}
        />
      ),
    },
    {
      name: 'health',
      title: t('health'),
      by: ({ id, value }) => rankOf(upstreamWord(targetsOf(value), health?.upstreams[id])),
      cell: ({ id, value }) => <UpstreamHealthMark word={upstreamWord(targetsOf(value), health?.upstreams[id])} />,
    },
    {
      name: 'strategy',
      title: t('strategy'),
      className: 'max-md:hidden',
      by: ({ value }) => strategyTypeOf(value),
      cell: ({ value }) => (
        <span className="whitespace-nowrap font-mono text-muted text-xs">{strategyTypeOf(value)}</span>
      ),
    },
    {
      name: 'targets',
      title: t('targets'),
      right: true,
      className: 'max-sm:hidden',
      by: ({ value }) => targetsOf(value).length,
      cell: ({ value }) => targetsOf(value).length,
    },
    {
      name: 'rate',
      title: t('rate'),
      right: true,
      by: ({ id }) => traffic?.upstreams[id]?.requestsPerSecond ?? 0,
      className: 'max-sm:hidden',
      cell: ({ id }) => {
        const rate = traffic?.upstreams[id]?.requestsPerSecond
        return rate === undefined ? '–' : format.number(rate, { maximumFractionDigits: rate < 10 ? 1 : 0 })
      },
    },
    {
      name: 'usedBy',
      title: t('usedBy'),
      className: 'max-w-64 truncate text-muted max-md:hidden',
      cell: ({ id }) => usedBy.get(id)?.join(', ') ?? t('unused'),
    },
  ]
  return (
    <ResourceList
      kind="upstreams"
      items={upstreams.data}
      error={upstreams.error}
      retry={() => void upstreams.refetch()}
      text={textOf}
      columns={columns}
      example={example}
      toolbar={<ShareLegend />}
    />
  )
}
