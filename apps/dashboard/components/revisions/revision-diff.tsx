'use client'

import { useQuery } from '@tanstack/react-query'
import { useTranslations } from 'use-intl'
import { useTRPC } from '../../lib/trpc.ts'
import { useDocumentUpstreams } from '../../lib/use-document-upstreams.ts'
import { useRevisions } from '../../lib/use-revisions.ts'
import { useSearchParam } from '../../lib/use-search-param.ts'
import { ChangeList } from '../publish/change-list.tsx'
import { Failing } from '../ui/failing.tsx'
import { Select } from '../ui/inputs.tsx'
import { Skeleton } from '../ui/skeleton.tsx'

/** What differs between a revision and another one: the one before it, unless another is chosen. */
export function RevisionDiff({ number, head }: { number: number; head: number }) {
  const t = useTranslations('revisions')
  const trpc = useTRPC()
  const upstreamAfter = useDocumentUpstreams(number, true)
  const [chosen, setChosen] = useSearchParam('against')
  const listed = useRevisions().data?.pages.flat() ?? []
  const wanted = Number(chosen)
  const from = Number.isSafeInteger(wanted) && wanted >= 1 && wanted <= head ? wanted : number - 1
  const { data, error, refetch } = useQuery(
    trpc.revisions.diff.queryOptions({ from, to: number }, { enabled: from >= 1 }),
  )
  const others = [...new Set([from, ...listed.map((revision) => revision.number)])]
    .filter((other) => other !== number && other >= 1)
    .sort((a, b) => b - a)
  return (
    <section aria-label={t('against')} className="space-y-3">
      <div className="flex flex-wrap items-center gap-2 text-table">
        <label htmlFor="against" className="font-medium">
          {t('against')}
        </label>
        {others.length === 0 ? (
          <span className="text-muted">{t('first')}</span>
        ) : (
          <Select
            id="against"
            className="figures w-auto min-w-32"
            value={String(from)}
            onChange={(event) => setChosen(event.target.value === String(number - 1) ? '' : event.target.value)}
          >
            {from < 1 ? <option value={String(from)}>{t('choose')}</option> : null}
            {others.map((other) => (
              <option key={other} value={String(other)}>
                {`r${other}`} {other === number - 1 ? t('before') : other === head ? t('headShort') : ''}
              </option>
            ))}
          </Select>
        )}
      </div>
      {from < 1 ? null : data !== undefined ? (
        data.changes.length === 0 ? (
          <p className="text-muted text-table">{t('same')}</p>
        ) : (
          <ChangeList changes={data.changes} upstreamAfter={upstreamAfter} />
        )
      ) : error === null ? (
        <Skeleton className="h-24" />
      ) : (
        <Failing error={error} retry={() => void refetch()} />
      )}
    </section>
  )
}
