'use client'

import { Trash2 } from 'lucide-react'
import { useTranslations } from 'use-intl'
import { nodeStateKinds } from '../../lib/publish-state.ts'
import type { NodeView } from '../../lib/trpc.ts'
import { ProblemList } from '../publish/problem-list.tsx'
import { Button } from '../ui/button.tsx'
import { StateMark } from '../ui/state-mark.tsx'
import { Cell, Row } from '../ui/table.tsx'
import { TimeAgo } from '../ui/time-ago.tsx'
import { NodeOutcome } from './node-outcome.tsx'

/** One node on one line; a refusal with its reason, and where it lies, under it. */
export function NodeRow({ node, onRemove }: { node: NodeView; onRemove?: () => void }) {
  const t = useTranslations('nodes')
  const { outcome, serving, workers, listeners } = node
  const refused = node.state === 'rejected' && outcome?.status === 'rejected' ? outcome : undefined
  return (
    <>
      <Row className={refused === undefined ? undefined : 'border-b-0'}>
        <Cell>
          <span className="font-medium font-mono text-xs">{node.name}</span>
          <span className="ml-2 text-faint text-xs max-lg:hidden">{node.version}</span>
        </Cell>
        <Cell>
          <StateMark kind={nodeStateKinds[node.state]} className="figures">
            <NodeOutcome node={node} />
          </StateMark>
        </Cell>
        <Cell right className="whitespace-nowrap">
          {serving === null ? (
            '–'
          ) : (
            <span title={t('hash', { hash: serving.hash })}>
              r{serving.number}
              {serving.source === 'snapshot' ? <span className="ml-1.5 text-attention">{t('fromDisk')}</span> : null}
            </span>
          )}
        </Cell>
        <Cell right className="whitespace-nowrap max-sm:hidden">
          {t('ago', { seconds: node.secondsSinceHeard })}
        </Cell>
        <Cell right className="max-md:hidden" title={workers.map(({ id, pid }) => `${id}: ${pid}`).join('\n')}>
          {workers.length}
        </Cell>
        <Cell className="max-md:hidden">
          <span className="font-mono text-xs">
            {listeners.length === 0 ? '–' : listeners.map(({ address, port }) => `${address}:${port}`).join(', ')}
          </span>
        </Cell>
        <Cell className="whitespace-nowrap text-muted max-lg:hidden">
          <TimeAgo at={node.startedAt} />
        </Cell>
        <Cell right className="w-px">
          {onRemove === undefined ? null : (
            <Button look="quiet" size="icon-small" aria-label={t('remove', { name: node.name })} onClick={onRemove}>
              <Trash2 aria-hidden="true" />
            </Button>
          )}
        </Cell>
      </Row>
      {refused === undefined ? null : (
        <Row>
          <Cell colSpan={8} className="pb-2.5 text-table">
            <p>{t('refused', { number: refused.number, reason: refused.message })}</p>
            <ProblemList problems={refused.problems} />
            {serving === null ? null : <p className="text-muted">{t('servesOn', { number: serving.number })}</p>}
          </Cell>
        </Row>
      )}
    </>
  )
}
