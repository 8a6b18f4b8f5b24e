'use client'

import Link from 'next/link'
import { usePathname } from 'next/navigation'
import { useTranslations } from 'use-intl'
import { type Screen, screens } from './navigation.tsx'

const screenNamed = (name: string): Screen | undefined => screens.find((screen) => screen === name)

/** Where we are: the screen, and the thing on it. */
export function Breadcrumbs() {
  const t = useTranslations('screens')
  const [first = '', second] = usePathname().split('/').filter(Boolean).map(decodeURIComponent)
  const creating = first === 'new'
  const screen = screenNamed(creating ? (second ?? '') : first)
  if (screen === undefined) return <div className="flex-1" />

  const section = (name: string) => {
    if (screen === 'revisions') return `r${name}`
    if (screen !== 'settings') return name
    return t(name === 'tokens' || name === 'secrets' || name === 'account' || name === 'audit' ? name : 'users')
  }
  const name = creating ? t('new') : second === undefined ? undefined : section(second)
  return (
    <nav aria-label={t('breadcrumbs')} className="min-w-0 flex-1">
      <ol className="flex min-w-0 items-center gap-1.5 text-sm">
        <li className={name === undefined ? 'min-w-0' : 'shrink-0 max-sm:hidden'}>
          {name === undefined ? (
            <span aria-current="page" className="truncate font-medium">
              {t(screen)}
            </span>
          ) : (
            <Link href={`/${screen}`} className="rounded text-muted hover:text-text">
              {t(screen)}
            </Link>
          )}
        </li>
        {name === undefined ? null : (
          <li className="flex min-w-0 items-center gap-1.5">
            <span aria-hidden="true" className="text-faint max-sm:hidden">
              /
            </span>
            <span aria-current="page" className="truncate font-medium">
              {name}
            </span>
          </li>
        )}
      </ol>
    </nav>
  )
}
