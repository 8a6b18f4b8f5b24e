'use client'

import {
  BadgeCheck,
  Boxes,
  GitCommitVertical,
  Layers,
  type LucideIcon,
  Radio,
  Server,
  Settings,
  Split,
} from 'lucide-react'
import Link from 'next/link'
import { usePathname } from 'next/navigation'
import { useTranslations } from 'use-intl'
import { cn } from '../../lib/class-names.ts'

export const screens = [
  'routes',
  'upstreams',
  'middleware',
  'listeners',
  'certificates',
  'revisions',
  'nodes',
  'settings',
] as const
export type Screen = (typeof screens)[number]

const icons: Record<Screen, LucideIcon> = {
  upstreams: Boxes,
  routes: Split,
  middleware: Layers,
  listeners: Radio,
  certificates: BadgeCheck,
  revisions: GitCommitVertical,
  nodes: Server,
  settings: Settings,
}

/** What is configured, above the line; what happened and who may, below it. */
const groups: readonly (readonly Screen[])[] = [
  ['routes', 'upstreams', 'middleware', 'listeners', 'certificates'],
  ['revisions', 'nodes', 'settings'],
]

export function Navigation({ onNavigate }: { onNavigate?: () => void }) {
  const t = useTranslations('screens')
  const path = usePathname()
  return (
    <nav aria-label={t('navigation')} className="flex flex-col px-2">
      {groups.map((group, i) => (
        <ul key={group[0]} className={cn('space-y-px', i > 0 && 'mt-2 border-line border-t pt-2')}>
          {group.map((screen) => {
            const Icon = icons[screen]
            const here = path === `/${screen}` || path.startsWith(`/${screen}/`)
            return (
              <li key={screen}>
                <Link
                  href={`/${screen}`}
                  aria-current={here ? 'page' : undefined}
                  {...(onNavigate === undefined ? {} : { onClick: onNavigate })}
                  className={cn(
                    'flex h-8 items-center gap-2.5 rounded-md px-2.5 text-sm transition-colors duration-100',
                    here ? 'bg-pressed font-medium text-text' : 'text-muted hover:bg-hover hover:text-text',
                  )}
                >
                  <Icon aria-hidden="true" className={cn('size-4', here ? 'text-accent-text' : 'text-faint')} />
                  {t(screen)}
                </Link>
              </li>
            )
          })}
        </ul>
      ))}
    </nav>
  )
}
