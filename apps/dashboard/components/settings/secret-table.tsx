'use client'

import { useQuery } from '@tanstack/react-query'
import { Plus } from 'lucide-react'
import Link from 'next/link'
import { useState } from 'react'
import { useTranslations } from 'use-intl'
import { type SecretItem, useTRPC } from '../../lib/trpc.ts'
import { useAuditWords } from '../../lib/use-audit-words.ts'
import { useSearchParam } from '../../lib/use-search-param.ts'
import { Button } from '../ui/button.tsx'
import { Empty } from '../ui/empty.tsx'
import { Failing } from '../ui/failing.tsx'
import { Page } from '../ui/page.tsx'
import { SearchField } from '../ui/search-field.tsx'
import { SkeletonRows } from '../ui/skeleton.tsx'
import { Cell, Head, HeadCell, Row, Table } from '../ui/table.tsx'
import { TimeAgo } from '../ui/time-ago.tsx'
import { RemoveSecret } from './remove-secret.tsx'
import { SecretDialog } from './secret-dialog.tsx'

/** What is kept encrypted, by name: when it was set, by whom, and what refers to it. Values are never shown. */
export function SecretTable() {
  const t = useTranslations('settings.secrets')
  const screens = useTranslations('screens')
  const trpc = useTRPC()
  const secrets = useQuery(trpc.secrets.list.queryOptions())
  const [search, setSearch] = useSearchParam('q')
  const [setting, setSetting] = useState<{ name: string | undefined }>()
  const [removing, setRemoving] = useState<SecretItem>()
  const found = (secrets.data ?? []).filter(({ name }) => name.includes(search.trim().toLowerCase()))
  const add = (
    <Button look="primary" onClick={() => setSetting({ name: undefined })}>
      <Plus aria-hidden="true" />
      {t('add')}
    </Button>
  )
  return (
    <Page name={screens('secrets')} actions={secrets.data?.length === 0 ? null : add}>
      {secrets.error !== null && secrets.data === undefined ? (
        <Failing error={secrets.error} retry={() => void secrets.refetch()} />
      ) : secrets.data?.length === 0 ? (
        <Empty title={t('emptyTitle')} action={add} example="key: { secret: shop-key }">
          {t('empty')}
        </Empty>
      ) : (
        <>
          <SearchField value={search} onChange={setSearch} label={t('search')} />
          {secrets.data !== undefined && found.length === 0 ? (
            <p className="py-6 text-muted text-sm">{t('noMatch', { search })}</p>
          ) : (
            <Table label={screens('secrets')} aria-busy={secrets.data === undefined}>
              <Head>
                <HeadCell>{t('name')}</HeadCell>
                <HeadCell className="max-sm:hidden">{t('usedBy')}</HeadCell>
                <HeadCell className="max-md:hidden">{t('set')}</HeadCell>
                <HeadCell>
                  <span className="sr-only">{t('actions')}</span>
                </HeadCell>
              </Head>
              <tbody>
                {secrets.data === undefined ? (
                  <SkeletonRows rows={3} columns={4} />
                ) : (
                  found.map((secret) => (
                    <SecretRow
                      key={secret.name}
                      secret={secret}
                      onSet={() => setSetting({ name: secret.name })}
                      onRemove={() => setRemoving(secret)}
                    />
                  ))
                )}
              </tbody>
            </Table>
          )}
        </>
      )}
      {setting === undefined ? null : <SecretDialog name={setting.name} close={() => setSetting(undefined)} />}
      {removing === undefined ? null : <RemoveSecret secret={removing} close={() => setRemoving(undefined)} />}
    </Page>
  )
}

function SecretRow({ secret, onSet, onRemove }: { secret: SecretItem; onSet: () => void; onRemove: () => void }) {
  const t = useTranslations('settings.secrets')
  const kinds = useTranslations('changes')
  const { actor } = useAuditWords()
  const { name, usedBy, updatedAt, updatedBy } = secret
  return (
    <Row>
      <Cell mono className="max-w-64 break-all">
        {name}
      </Cell>
      <Cell className="max-w-72 truncate text-muted max-sm:hidden">
        {usedBy.length === 0
          ? t('unused')
          : usedBy.map(({ kind, id }, i) => (
              <span key={`${kind} ${id}`}>
                {i > 0 ? ', ' : ''}
                {kinds(`kind.${kind}`)}{' '}
                <Link href={`/${kind}/${encodeURIComponent(id)}`} className="rounded text-accent-text hover:underline">
                  {id}
                </Link>
              </span>
            ))}
      </Cell>
      <Cell className="max-w-72 truncate text-muted max-md:hidden">
        <TimeAgo at={updatedAt} /> · {actor(updatedBy)}
      </Cell>
      <Cell right className="whitespace-nowrap">
        <span className="inline-flex gap-1.5">
          <Button size="small" aria-label={t('replaceOf', { name })} onClick={onSet}>
            {t('replace')}
          </Button>
          <Button size="small" aria-label={t('removeOf', { name })} onClick={onRemove}>
            {t('remove')}
          </Button>
        </span>
      </Cell>
    </Row>
  )
}
