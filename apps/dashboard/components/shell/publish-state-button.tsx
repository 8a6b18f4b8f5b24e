'use client'

import Link from 'next/link'
import { Popover } from 'radix-ui'
import { useTranslations } from 'use-intl'
import { publishState, publishStateKinds } from '../../lib/publish-state.ts'
import { useNodes } from '../../lib/use-nodes.ts'
import { useStatus } from '../../lib/use-status.ts'
import { NodeProgress } from '../nodes/node-progress.tsx'
import { Skeleton } from '../ui/skeleton.tsx'
import { StateShape } from '../ui/state-mark.tsx'

/** What serves, always in sight; opens the list of nodes. */
export function PublishStateButton({ connected }: { connected: boolean }) {
  const t = useTranslations('publishState')
  const status = useStatus()
  const nodes = useNodes()
  if (status.data === undefined) return <Skeleton className="h-8 w-20 sm:w-44" />
  const state = publishState(status.data.head, nodes)
  const kind = connected ? publishStateKinds[state.word] : 'unknown'
  const words = connected ? t(state.word, { ...state } as never) : t('disconnected')
  return (
    <Popover.Root>
      <span role="status" className="sr-only">
        {words}
      </span>
      <Popover.Trigger
        aria-label={words}
        className="figures inline-flex h-8 shrink-0 items-center gap-2 rounded-md border border-line px-2.5 text-table hover:bg-hover"
      >
        <StateShape kind={kind} />
        <span className="max-sm:hidden">{words}</span>
        {connected && 'number' in state ? <span className="font-medium sm:hidden">r{state.number}</span> : null}
      </Popover.Trigger>
      <Popover.Portal>
        <Popover.Content
          align="end"
          sideOffset={4}
          aria-label={t('nodes')}
          className="rise-in z-50 w-[min(400px,calc(100vw-16px))] rounded-lg border border-line bg-raised shadow-raised focus:outline-none"
        >
          {connected ? null : (
            <p className="border-line border-b px-3 py-2 text-muted text-table">{t('disconnectedLong')}</p>
          )}
          {nodes.length === 0 ? (
            <p className="px-3 py-3 text-muted text-table">{t('empty')}</p>
          ) : (
            <ul className="max-h-80 divide-y divide-line overflow-y-auto">
              {nodes.map((node) => (
                <NodeProgress key={node.name} node={node} />
              ))}
            </ul>
          )}
          <div className="border-line border-t px-3 py-2">
            <Popover.Close asChild>
              <Link href="/nodes" className="rounded text-accent-text text-table hover:underline">
                {t('allNodes')}
              </Link>
            </Popover.Close>
          </div>
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  )
}
