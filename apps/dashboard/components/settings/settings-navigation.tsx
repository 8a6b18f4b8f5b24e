'use client'

import Link from 'next/link'
import { usePathname } from 'next/navigation'
import { useTranslations } from 'use-intl'
import { cn } from '../../lib/class-names.ts'
import { useUser } from '../../lib/use-user.ts'

/** What everybody sees stands first: nothing moves when it turns out that an administrator is here. */
const forAll = ['account', 'audit'] as const
const forAdmins = ['users', 'tokens', 'secrets'] as const

/** The sections of the settings that somebody sees who may, or may not, change things. */
export const settingsSections = (canEdit: boolean) => (canEdit ? [...forAll, ...forAdmins] : forAll)

/** Leads to the sections of the settings. */
export function SettingsNavigation() {
  const t = useTranslations('settings')
  const screens = useTranslations('screens')
  const path = usePathname()
  const { canEdit } = useUser()
  return (
    <nav aria-label={t('sections')} className="border-line border-b">
      <ul className="mx-auto flex h-10 max-w-[1280px] gap-1 px-2 sm:px-4">
        {settingsSections(canEdit).map((section) => {
          const here = path === `/settings/${section}`
          return (
            <li key={section} className="flex">
              <Link
                href={`/settings/${section}`}
                aria-current={here ? 'page' : undefined}
                className={cn(
                  '-mb-px flex items-center border-b-2 px-2 text-sm transition-colors duration-100 -outline-offset-2',
                  here ? 'border-accent font-medium text-text' : 'border-transparent text-muted hover:text-text',
                )}
              >
                {screens(section)}
              </Link>
            </li>
          )
        })}
      </ul>
    </nav>
  )
}
