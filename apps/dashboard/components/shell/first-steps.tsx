'use client'

import Link from 'next/link'
import { useTranslations } from 'use-intl'
import { cn } from '../../lib/class-names.ts'
import { useStatus } from '../../lib/use-status.ts'
import { useUser } from '../../lib/use-user.ts'
import { usePublish } from '../publish/publish-provider.tsx'
import { StateShape } from '../ui/state-mark.tsx'

const kinds = ['listeners', 'upstreams', 'routes'] as const
const link = 'rounded font-medium text-accent-text hover:underline'

/** Until something was published: what a first request needs, what of it is there, and the way to the next. */
export function FirstSteps() {
  const t = useTranslations('firstSteps')
  const { data } = useStatus()
  const { canEdit } = useUser()
  const { review } = usePublish()
  if (data === undefined || data.head !== null || !canEdit) return null
  const there = new Set(data.draft.changes.map(({ kind }) => kind))
  const next = kinds.find((kind) => !there.has(kind))
  return (
    <nav
      aria-label={t('label')}
      className="flex shrink-0 flex-wrap items-center gap-x-5 gap-y-1 border-line border-b bg-rail px-4 py-2 text-table md:px-6"
    >
      <span className="text-muted">{t('label')}</span>
      <ol className="flex flex-wrap items-center gap-x-5 gap-y-1">
        {kinds.map((kind, i) => (
          <li key={kind} className="inline-flex items-center gap-1.5">
            <StateShape kind={there.has(kind) ? 'ok' : 'unknown'} />
            <span className="figures text-muted">{i + 1}</span>
            {there.has(kind) ? (
              <Link href={`/${kind}`} className="rounded hover:underline">
                {t(`${kind}.done`)}
              </Link>
            ) : (
              <Link href={`/new/${kind}`} className={cn('rounded hover:underline', kind === next && link)}>
                {t(`${kind}.do`)}
              </Link>
            )}
          </li>
        ))}
        <li className="inline-flex items-center gap-1.5">
          <StateShape kind="unknown" />
          <span className="figures text-muted">4</span>
          {next === undefined ? (
            <button type="button" onClick={review} className={link}>
              {t('publish')}
            </button>
          ) : (
            <span className="text-muted">{t('publish')}</span>
          )}
        </li>
      </ol>
    </nav>
  )
}
