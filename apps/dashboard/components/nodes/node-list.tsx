'use client'

import { Plus } from 'lucide-react'
import { useState } from 'react'
import { useTranslations } from 'use-intl'
import { useLiveNodes } from '../../lib/use-live-nodes.ts'
import { useUser } from '../../lib/use-user.ts'
import { Button } from '../ui/button.tsx'
import { Empty } from '../ui/empty.tsx'
import { Failing } from '../ui/failing.tsx'
import { Page } from '../ui/page.tsx'
import { SkeletonRows } from '../ui/skeleton.tsx'
import { Head, HeadCell, Table } from '../ui/table.tsx'
import { JoinDialog } from './join-dialog.tsx'
import { NodeRow } from './node-row.tsx'
import { RemoveNode } from './remove-node.tsx'

/** Every node that follows this control plane: what it serves, how it took the last revision, when it was heard. */
export function NodeList() {
  const t = useTranslations('nodes')
  const { canEdit } = useUser()
  const { nodes, error, refetch } = useLiveNodes()
  const [joining, setJoining] = useState(false)
  const [removing, setRemoving] = useState<string>()
  const join = canEdit ? (
    <Button look="primary" onClick={() => setJoining(true)}>
      <Plus aria-hidden="true" />
      {t('join')}
    </Button>
  ) : null
  const node = nodes?.find(({ name }) => name === removing)
  return (
    <Page name={t('title')} actions={nodes?.length === 0 ? null : join}>
      {error !== null && nodes === undefined ? (
        <Failing error={error} retry={() => void refetch()} />
      ) : nodes?.length === 0 ? (
        <Empty
          title={t('emptyTitle')}
          action={join}
          example="npx switchyard-dataplane --control http://127.0.0.1:4000 --token …"
        >
          {t('empty')}
        </Empty>
      ) : (
        <Table label={t('title')} aria-busy={nodes === undefined}>
          <Head>
            <HeadCell>{t('node')}</HeadCell>
            <HeadCell>{t('state')}</HeadCell>
            <HeadCell right>{t('revision')}</HeadCell>
            <HeadCell right className="max-sm:hidden">
              {t('heard')}
            </HeadCell>
            <HeadCell right className="max-md:hidden">
              {t('workers')}
            </HeadCell>
            <HeadCell className="max-md:hidden">{t('listeners')}</HeadCell>
            <HeadCell className="max-lg:hidden">{t('started')}</HeadCell>
            <HeadCell>
              <span className="sr-only">{t('actions')}</span>
            </HeadCell>
          </Head>
          <tbody>
            {nodes === undefined ? (
              <SkeletonRows rows={3} columns={8} />
            ) : (
              nodes.map((one) => (
                <NodeRow key={one.name} node={one} {...(canEdit ? { onRemove: () => setRemoving(one.name) } : {})} />
              ))
            )}
          </tbody>
        </Table>
      )}
      <JoinDialog open={joining} onOpenChange={setJoining} />
      {node === undefined ? null : <RemoveNode node={node} close={() => setRemoving(undefined)} />}
    </Page>
  )
}
