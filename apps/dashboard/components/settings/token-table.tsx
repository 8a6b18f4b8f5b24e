'use client'

import { useQuery } from '@tanstack/react-query'
import { Plus } from 'lucide-react'
import { useMemo, useState } from 'react'
import { useTranslations } from 'use-intl'
import { type TokenItem, useTRPC } from '../../lib/trpc.ts'
import { useSearchParam } from '../../lib/use-search-param.ts'
import { Button } from '../ui/button.tsx'
import { Empty } from '../ui/empty.tsx'
import { Failing } from '../ui/failing.tsx'
import { Page } from '../ui/page.tsx'
import { SearchField } from '../ui/search-field.tsx'
import { SkeletonRows } from '../ui/skeleton.tsx'
import { Cell, Head, HeadCell, Row, Table } from '../ui/table.tsx'
import { TimeAgo } from '../ui/time-ago.tsx'
import { CreateTokenDialog } from './create-token-dialog.tsx'
import { RevokeToken } from './revoke-token.tsx'
import { TokenExpiry } from './token-expiry.tsx'

/** What opens the API to scripts and the node API to nodes. */
export function TokenTable() {
  const t = useTranslations('settings.tokens')
  const screens = useTranslations('screens')
  const trpc = useTRPC()
  const tokens = useQuery(trpc.tokens.list.queryOptions())
  const [search, setSearch] = useSearchParam('q')
  const [creating, setCreating] = useState(false)
  const [revoking, setRevoking] = useState<TokenItem>()
  const found = useMemo(() => {
    const wanted = search.trim().toLowerCase()
    return (tokens.data ?? []).filter(({ name, prefix }) => `${name} ${prefix}`.toLowerCase().includes(wanted))
  }, [tokens.data, search])
  const create = (
    <Button look="primary" onClick={() => setCreating(true)}>
      <Plus aria-hidden="true" />
      {t('create')}
    </Button>
  )
  return (
    <Page name={screens('tokens')} actions={tokens.data?.length === 0 ? null : create}>
      {tokens.error !== null && tokens.data === undefined ? (
        <Failing error={tokens.error} retry={() => void tokens.refetch()} />
      ) : tokens.data?.length === 0 ? (
        <Empty title={t('emptyTitle')} action={create} example="authorization: Bearer swy_…">
          {t('empty')}
        </Empty>
      ) : (
        <>
          <SearchField value={search} onChange={setSearch} label={t('search')} />
          {tokens.data !== undefined && found.length === 0 ? (
            <p className="py-6 text-muted text-sm">{t('noMatch', { search })}</p>
          ) : (
            <Table label={screens('tokens')} className="table-fixed" aria-busy={tokens.data === undefined}>
              <Head>
                <HeadCell>{t('name')}</HeadCell>
                <HeadCell className="w-44 max-sm:hidden">{t('opens')}</HeadCell>
                <HeadCell className="w-32 max-xl:hidden">{t('begins')}</HeadCell>
                <HeadCell className="w-36 max-xl:hidden">{t('made')}</HeadCell>
                <HeadCell className="w-36 max-lg:hidden">{t('lastUsed')}</HeadCell>
                <HeadCell className="w-28 sm:w-32">{t('expires')}</HeadCell>
                <HeadCell className="w-24">
                  <span className="sr-only">{t('actions')}</span>
                </HeadCell>
              </Head>
              <tbody>
                {tokens.data === undefined ? (
                  <SkeletonRows rows={3} columns={3} />
                ) : (
                  found.map((token) => <TokenRow key={token.id} token={token} onRevoke={() => setRevoking(token)} />)
                )}
              </tbody>
            </Table>
          )}
        </>
      )}
      {creating ? <CreateTokenDialog close={() => setCreating(false)} /> : null}
      {revoking === undefined ? null : <RevokeToken token={revoking} close={() => setRevoking(undefined)} />}
    </Page>
  )
}

function TokenRow({ token, onRevoke }: { token: TokenItem; onRevoke: () => void }) {
  const t = useTranslations('settings.tokens')
  const opens = token.role === null ? t('nodeApi') : t(`api.${token.role}`)
  const used = token.lastUsedAt === null ? t('never') : <TimeAgo at={token.lastUsedAt} />
  return (
    <Row>
      <Cell>
        <span className="block truncate font-medium" title={token.name}>
          {token.name}
        </span>
        <span className="block truncate text-muted text-xs sm:hidden">{opens}</span>
        <span className="block truncate text-muted text-xs lg:hidden">
          {t('lastUsed')}: {used}
        </span>
      </Cell>
      <Cell className="whitespace-nowrap max-sm:hidden">{opens}</Cell>
      <Cell mono className="text-muted max-xl:hidden">
        {token.prefix}…
      </Cell>
      <Cell className="whitespace-nowrap text-muted max-xl:hidden">
        <TimeAgo at={token.createdAt} />
      </Cell>
      <Cell className="whitespace-nowrap text-muted max-lg:hidden">{used}</Cell>
      <Cell className="whitespace-nowrap">
        <TokenExpiry at={token.expiresAt} />
      </Cell>
      <Cell right>
        <Button size="small" aria-label={t('revokeOf', { name: token.name })} onClick={onRevoke}>
          {t('revoke')}
        </Button>
      </Cell>
    </Row>
  )
}
