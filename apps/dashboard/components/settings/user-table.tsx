'use client'

import { useQuery } from '@tanstack/react-query'
import { Plus } from 'lucide-react'
import { useMemo, useState } from 'react'
import { useTranslations } from 'use-intl'
import { type UserItem, useTRPC } from '../../lib/trpc.ts'
import { useSearchParam } from '../../lib/use-search-param.ts'
import { useUser } from '../../lib/use-user.ts'
import { Button } from '../ui/button.tsx'
import { Failing } from '../ui/failing.tsx'
import { Page } from '../ui/page.tsx'
import { SearchField } from '../ui/search-field.tsx'
import { SkeletonRows } from '../ui/skeleton.tsx'
import { StateMark } from '../ui/state-mark.tsx'
import { Cell, Head, HeadCell, Row, Table } from '../ui/table.tsx'
import { TimeAgo } from '../ui/time-ago.tsx'
import { AddUserDialog } from './add-user-dialog.tsx'
import { NewPasswordDialog } from './new-password-dialog.tsx'
import { type UserAction, UserActions } from './user-actions.tsx'
import { UserQuestion } from './user-question.tsx'

/** Who has an account, and what they may do. */
export function UserTable() {
  const t = useTranslations('settings.users')
  const screens = useTranslations('screens')
  const trpc = useTRPC()
  const { user: me } = useUser()
  const users = useQuery(trpc.users.list.queryOptions())
  const [search, setSearch] = useSearchParam('q')
  const [asked, setAsked] = useState<'add' | { action: UserAction; user: UserItem }>()
  const found = useMemo(
    () => (users.data ?? []).filter(({ email }) => email.includes(search.trim().toLowerCase())),
    [users.data, search],
  )
  const close = () => setAsked(undefined)
  return (
    <Page
      name={screens('users')}
      actions={
        <Button look="primary" onClick={() => setAsked('add')}>
          <Plus aria-hidden="true" />
          {t('add')}
        </Button>
      }
    >
      {users.error !== null && users.data === undefined ? (
        <Failing error={users.error} retry={() => void users.refetch()} />
      ) : (
        <>
          <SearchField value={search} onChange={setSearch} label={t('search')} />
          {users.data !== undefined && found.length === 0 ? (
            <p className="py-6 text-muted text-sm">{t('noMatch', { search })}</p>
          ) : (
            <Table label={screens('users')} className="table-fixed" aria-busy={users.data === undefined}>
              <Head>
                <HeadCell>{t('email')}</HeadCell>
                <HeadCell className="w-40 max-sm:hidden">{t('role')}</HeadCell>
                <HeadCell className="w-28">{t('state')}</HeadCell>
                <HeadCell className="w-36 max-lg:hidden">{t('added')}</HeadCell>
                <HeadCell className="w-13">
                  <span className="sr-only">{t('actions')}</span>
                </HeadCell>
              </Head>
              <tbody>
                {users.data === undefined ? (
                  <SkeletonRows rows={3} columns={3} />
                ) : (
                  found.map((user) => (
                    <UserRow
                      key={user.id}
                      user={user}
                      own={user.id === me?.id}
                      onAction={(action) => setAsked({ action, user })}
                    />
                  ))
                )}
              </tbody>
            </Table>
          )}
        </>
      )}
      {asked === undefined ? null : asked === 'add' ? (
        <AddUserDialog close={close} />
      ) : asked.action === 'password' ? (
        <NewPasswordDialog user={asked.user} close={close} />
      ) : (
        <UserQuestion user={asked.user} own={asked.user.id === me?.id} question={asked.action} close={close} />
      )}
    </Page>
  )
}

function UserRow({ user, own, onAction }: { user: UserItem; own: boolean; onAction: (action: UserAction) => void }) {
  const t = useTranslations('settings.users')
  const roles = useTranslations('settings.roles')
  return (
    <Row>
      <Cell>
        <span className="flex items-baseline gap-2">
          <span className="truncate font-medium" title={user.email}>
            {user.email}
          </span>
          {own ? <span className="shrink-0 text-muted text-xs">{t('you')}</span> : null}
        </span>
        <span className="block text-muted text-xs sm:hidden">{roles(user.role)}</span>
      </Cell>
      <Cell className="max-sm:hidden">{roles(user.role)}</Cell>
      <Cell>
        <StateMark kind={user.disabled ? 'unknown' : 'ok'}>{t(user.disabled ? 'disabled' : 'active')}</StateMark>
      </Cell>
      <Cell className="whitespace-nowrap text-muted max-lg:hidden">
        <TimeAgo at={user.createdAt} />
      </Cell>
      <Cell right>
        <UserActions user={user} own={own} onAction={onAction} />
      </Cell>
    </Row>
  )
}
