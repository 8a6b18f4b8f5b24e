'use client'

import { Ellipsis, KeyRound, Power, Trash2, UserRoundCog } from 'lucide-react'
import { useTranslations } from 'use-intl'
import type { UserItem } from '../../lib/trpc.ts'
import { Button } from '../ui/button.tsx'
import { Menu, MenuItem, MenuRule } from '../ui/menu.tsx'

export type UserAction = 'password' | 'role' | 'disable' | 'enable' | 'remove'

/** What can be done to one user. One's own password is changed under Account, where the old one is asked for. */
export function UserActions({
  user,
  own,
  onAction,
}: {
  user: UserItem
  own: boolean
  onAction: (action: UserAction) => void
}) {
  const t = useTranslations('settings.users')
  const label = t('actionsFor', { email: user.email })
  return (
    <Menu
      label={label}
      trigger={
        <Button look="quiet" size="icon-small" aria-label={label}>
          <Ellipsis aria-hidden="true" />
        </Button>
      }
    >
      <MenuItem onSelect={() => onAction('role')}>
        <UserRoundCog aria-hidden="true" />
        {t(user.role === 'admin' ? 'makeViewer' : 'makeAdmin')}
      </MenuItem>
      {own ? null : (
        <MenuItem onSelect={() => onAction('password')}>
          <KeyRound aria-hidden="true" />
          {t('setPassword')}
        </MenuItem>
      )}
      <MenuItem onSelect={() => onAction(user.disabled ? 'enable' : 'disable')}>
        <Power aria-hidden="true" />
        {t(user.disabled ? 'enable' : 'disable')}
      </MenuItem>
      <MenuRule />
      <MenuItem danger onSelect={() => onAction('remove')}>
        <Trash2 aria-hidden="true" />
        {t('remove')}
      </MenuItem>
    </Menu>
  )
}
