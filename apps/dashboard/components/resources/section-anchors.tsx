'use client'

import { useTranslations } from 'use-intl'

/** Links to the sections of a screen, at its left or, when it is narrow, above it. */
export function SectionAnchors({ sections }: { sections: readonly { name: string; title: string }[] }) {
  const t = useTranslations('form')
  if (sections.length === 0) return null
  return (
    <nav aria-label={t('sections')} className="lg:sticky lg:top-5 lg:self-start">
      <ul className="flex flex-wrap gap-x-3 gap-y-1 text-table lg:flex-col">
        {sections.map(({ name, title }) => (
          <li key={name}>
            <a href={`#${name}`} className="rounded text-muted hover:text-text">
              {title}
            </a>
          </li>
        ))}
      </ul>
    </nav>
  )
}
