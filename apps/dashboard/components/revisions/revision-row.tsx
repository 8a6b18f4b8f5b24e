'use client'

import Link from 'next/link'
import { useTranslations } from 'use-intl'
import { publishState, publishStateKinds } from '../../lib/publish-state.ts'
import type { NodeView, RevisionItem } from '../../lib/trpc.ts'
import { Button } from '../ui/button.tsx'
import { StateMark } from '../ui/state-mark.tsx'
import { Cell, Row } from '../ui/table.tsx'
import { TimeAgo } from '../ui/time-ago.tsx'

/** One revision on one line: what it changed, who published it, and how the nodes took it. */
export function RevisionRow({
  revision,
  head,
  nodes,
  active,
  onRollBack,
}: {
  revision: RevisionItem
  head: number | undefined
  nodes: readonly NodeView[]
  active: boolean
  onRollBack?: () => void
}) {
  const t = useTranslations('revisions')
  const { number, message, sentences, rollbackOf, author, publishedAt } = revision
  const serves = number === head
  const said = sentences.join(', ')
  return (
    <Row data-row={number} active={active} className="hover:bg-hover">
      <Cell className="whitespace-nowrap">
        <Link href={`/revisions/${number}`} className="rounded font-medium hover:underline">
          r{number}
        </Link>
      </Cell>
      <Cell className="w-full max-w-0">
        <span className="block truncate" title={said}>
          {rollbackOf === null ? null : (
            <span className="mr-2 text-muted">{t('rollbackOf', { number: rollbackOf })}</span>
          )}
          {message === '' ? null : <span className="mr-2 font-medium">{message}</span>}
          <span className="text-muted">{said}</span>
        </span>
        <span className="block truncate text-muted text-xs sm:hidden">
          <TimeAgo at={publishedAt} /> · {author}
        </span>
        <span className="block text-xs sm:hidden">
          <Taken revision={revision} serves={serves} nodes={nodes} />
        </span>
      </Cell>
      <Cell className="whitespace-nowrap text-muted max-sm:hidden">
        <TimeAgo at={publishedAt} />
      </Cell>
      <Cell className="max-w-48 truncate text-muted max-md:hidden" title={author}>
        {author}
      </Cell>
      <Cell className="whitespace-nowrap max-sm:hidden">
        <Taken revision={revision} serves={serves} nodes={nodes} />
      </Cell>
      <Cell right className="w-px whitespace-nowrap">
        {serves || onRollBack === undefined ? null : (
          <Button size="small" aria-label={t('rollBackTo', { number })} onClick={onRollBack}>
            {t('rollBack')}
          </Button>
        )}
      </Cell>
    </Row>
  )
}

/** The one that serves as it is now; an earlier one as the nodes took it then. */
function Taken({ revision, serves, nodes }: { revision: RevisionItem; serves: boolean; nodes: readonly NodeView[] }) {
  const t = useTranslations('revisions')
  const { applied, rejected } = revision.nodes
  if (serves) {
    const state = publishState(revision, nodes)
    const done = nodes.filter((node) => node.state === 'applied').length
    return (
      <StateMark kind={publishStateKinds[state.word]}>{t('serves', { applied: done, nodes: nodes.length })}</StateMark>
    )
  }
  if (rejected > 0) return <StateMark kind="failed">{t('rejected', { applied, rejected })}</StateMark>
  return <span className="text-muted">{t('applied', { applied })}</span>
}
