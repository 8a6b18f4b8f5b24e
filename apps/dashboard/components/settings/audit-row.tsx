'use client'

import Link from 'next/link'
import { useTranslations } from 'use-intl'
import { auditPath } from '../../lib/audit-path.ts'
import type { AuditItem } from '../../lib/trpc.ts'
import { useAuditWords } from '../../lib/use-audit-words.ts'
import { useUser } from '../../lib/use-user.ts'
import { Cell, Row } from '../ui/table.tsx'
import { TimeAgo } from '../ui/time-ago.tsx'
import { AuditDetail } from './audit-detail.tsx'

export function AuditRow({ record }: { record: AuditItem }) {
  const words = useAuditWords()
  const actor = words.actor(record.actor)
  return (
    <Row className="align-top hover:bg-hover [&>td]:py-2">
      <Cell className="whitespace-nowrap text-muted max-lg:hidden">
        <TimeAgo at={record.at} />
      </Cell>
      <Cell className="truncate max-lg:hidden" title={actor}>
        {actor}
      </Cell>
      <Cell className="lg:truncate">
        {words.action(record.action)}
        <span className="block truncate text-muted text-xs lg:hidden" title={actor}>
          {actor}
        </span>
        <span className="block text-muted text-xs lg:hidden">
          <TimeAgo at={record.at} />
        </span>
      </Cell>
      <Cell>
        <Resource record={record} />
        <span className="block lg:hidden">
          <AuditDetail sentences={record.detail} />
        </span>
      </Cell>
      <Cell className="text-muted max-lg:hidden">
        <AuditDetail sentences={record.detail} />
      </Cell>
    </Row>
  )
}

/** What it was done to: its kind, and its name as a link where there is something to look at. */
function Resource({ record }: { record: AuditItem }) {
  const t = useTranslations('settings.audit')
  const words = useAuditWords()
  const { canEdit } = useUser()
  const path = auditPath(record, canEdit)
  const name = record.kind === 'revisions' ? `r${record.resource}` : record.resource
  // A session is the actor's own, so its name says nothing new.
  if (name === '' || record.kind === 'sessions') return words.kind(record.kind)
  return (
    <span className="block truncate" title={name}>
      <span className="text-muted">{words.kind(record.kind)}</span>{' '}
      {path === undefined ? (
        <span className="font-mono text-xs">{name}</span>
      ) : (
        <Link
          href={path}
          aria-label={t('open', { kind: words.kind(record.kind), name })}
          className="rounded font-mono text-accent-text text-xs hover:underline"
        >
          {name}
        </Link>
      )}
    </span>
  )
}
