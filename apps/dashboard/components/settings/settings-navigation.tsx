'use client'

import Link from 'next/link'
import { usePathname } from 'next/navigation'
import { useTranslations } from 'use-intl'
import { cn } from '../../lib/class-names.ts'
import { useUser } from '../../lib/use-user.ts'

/** The sections that everybody has stand after those for administrators. */
const forAdmins = ['users', 'tokens'] as const
const forAll = ['account', 'audit'] as const

/** The sections of the settings: those that the signed-in user may see. */
export function SettingsNavigation() {
  const t = useTranslations('settings')
  const screens = useTranslations('screens')
  const path = usePathname()
  const { user, canEdit } = useUser()
  const sections = user === null ? [] : canEdit ? [...forAdmins, ...forAll] : forAll
  return (
    <nav aria-label={t('sections')} className="border-line border-b">
      <ul className="mx-auto flex h-10 max-w-[1280px] gap-1 px-2 sm:px-4">
        {sections.map((section) => {
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
