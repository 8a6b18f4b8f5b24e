'use client'

import { useMutation } from '@tanstack/react-query'
import { LogOut, UserRound } from 'lucide-react'
import { useRouter } from 'next/navigation'
import { useTheme } from 'next-themes'
import { useLocale, useTranslations } from 'use-intl'
import { rememberLocale } from '../../lib/remember-locale.ts'
import { useTRPC } from '../../lib/trpc.ts'
import { useUser } from '../../lib/use-user.ts'
import { Button } from '../ui/button.tsx'
import { Menu, MenuChoice, MenuItem, MenuRule } from '../ui/menu.tsx'

export function UserMenu() {
  const t = useTranslations('userMenu')
  const trpc = useTRPC()
  const router = useRouter()
  const locale = useLocale()
  const { theme, setTheme } = useTheme()
  const { user } = useUser()
  const signOut = useMutation(
    trpc.auth.signOut.mutationOptions({ onSettled: () => window.location.assign('/sign-in') }),
  )
  return (
    <Menu
      label={t('label')}
      trigger={
        <Button look="quiet" size="icon" aria-label={t('label')}>
          <UserRound aria-hidden="true" />
        </Button>
      }
    >
      <p className="max-w-64 truncate px-2 pt-1.5 pb-1 text-table">{user?.email}</p>
      <p className="px-2 pb-1.5 text-faint text-xs">{user === null ? '' : t(user.role)}</p>
      <MenuRule />
      <MenuChoice
        label={t('theme')}
        value={theme ?? 'system'}
        onChange={setTheme}
        choices={[
          { value: 'system', label: t('system') },
          { value: 'light', label: t('light') },
          { value: 'dark', label: t('dark') },
        ]}
      />
      <MenuRule />
      <MenuChoice
        label={t('language')}
        value={locale}
        onChange={(next) => {
          rememberLocale(next === 'zh' ? 'zh' : 'en')
          router.refresh()
        }}
        choices={[
          { value: 'en', label: <span lang="en">English</span> },
          { value: 'zh', label: <span lang="zh-Hans">中文</span> },
        ]}
      />
      <MenuRule />
      <MenuItem onSelect={() => signOut.mutate()}>
        <LogOut aria-hidden="true" />
        {t('signOut')}
      </MenuItem>
    </Menu>
  )
}
