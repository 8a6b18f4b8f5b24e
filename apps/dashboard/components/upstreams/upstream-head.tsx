'use client'

import { Ellipsis, Trash2 } from 'lucide-react'
import Link from 'next/link'
import { useState } from 'react'
import { useFormatter, useTranslations } from 'use-intl'
import { strategyTypeOf } from '../../lib/predicted.ts'
import type { LoadedUpstream, TrafficSummary } from '../../lib/trpc.ts'
import { RemoveResource } from '../resources/remove-resource.tsx'
import { ServingMark } from '../resources/serving-mark.tsx'
import type { ShareSegment } from '../shares/share-bar.tsx'
import { ShareLegend } from '../shares/share-legend.tsx'
import { Button } from '../ui/button.tsx'
import { Menu, MenuItem } from '../ui/menu.tsx'

export function UpstreamTitle({ upstream }: { upstream: LoadedUpstream }) {
  return (
    <span className="flex items-center gap-3">
      <span className="truncate">{upstream.id}</span>
      {upstream.value.title ? (
        <span className="truncate font-normal text-muted text-sm">{upstream.value.title}</span>
      ) : null}
      <ServingMark serving={upstream.serving} />
    </span>
  )
}

/** Who uses it, how it chooses, and how much goes through. */
export function UpstreamFigures({
  upstream,
  strategy,
  traffic,
  segments,
}: {
  upstream: LoadedUpstream
  strategy: unknown
  segments: readonly ShareSegment[]
  traffic: TrafficSummary['upstreams'][string] | undefined
}) {
  const t = useTranslations('upstreams')
  const kinds = useTranslations('changes')
  const format = useFormatter()
  return (
    <div className="flex flex-wrap items-center gap-x-4 gap-y-1">
      <a href="#strategy" className="rounded font-mono text-xs hover:text-text hover:underline">
        {strategyTypeOf({ strategy })}
      </a>
      <span>
        {upstream.usedBy.length === 0 ? t('unusedLong') : `${t('usedByLong')} `}
        {upstream.usedBy.map(({ kind, id }, i) => (
          <span key={`${kind} ${id}`}>
            {i > 0 ? ', ' : null}
            {kinds(`kind.${kind}`)}{' '}
            <Link href={`/${kind}/${encodeURIComponent(id)}`} className="rounded text-accent-text hover:underline">
              {id}
            </Link>
          </span>
        ))}
      </span>
      <span className="flex flex-wrap items-center gap-x-4 gap-y-1 md:ml-auto">
        <ShareLegend draining={segments.some(({ draining }) => draining)} out={segments.some(({ out }) => out)} />
        <span className="figures text-text md:min-w-20 md:text-right">
          {traffic === undefined
            ? t('noTraffic')
            : t('rateOf', {
                rate: format.number(traffic.requestsPerSecond, {
                  maximumFractionDigits: traffic.requestsPerSecond < 10 ? 1 : 0,
                }),
              })}
        </span>
      </span>
    </div>
  )
}

export function UpstreamActions({ upstream }: { upstream: LoadedUpstream }) {
  const t = useTranslations('resources')
  const [removing, setRemoving] = useState(false)
  return (
    <>
      <Menu
        label={t('actions')}
        trigger={
          <Button look="plain" size="icon" aria-label={t('actions')}>
            <Ellipsis aria-hidden="true" />
          </Button>
        }
      >
        <MenuItem danger onSelect={() => setRemoving(true)}>
          <Trash2 aria-hidden="true" />
          {t('remove')}
        </MenuItem>
      </Menu>
      <RemoveResource kind="upstreams" item={upstream} open={removing} onOpenChange={setRemoving} />
    </>
  )
}
