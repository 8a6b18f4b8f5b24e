'use client'

import { useEffect, useState } from 'react'
import { useTranslations } from 'use-intl'
import { CopyButton } from '../ui/copy-button.tsx'

/** A value as it stands in the document, in YAML. The writer is loaded when it is needed first. */
export function YamlView({ value }: { value: unknown }) {
  const t = useTranslations('resources')
  const [text, setText] = useState('')
  useEffect(() => {
    let gone = false
    void import('yaml').then(({ stringify }) => {
      if (!gone) setText(stringify(value, { lineWidth: 100 }))
    })
    return () => {
      gone = true
    }
  }, [value])
  return (
    <figure className="overflow-hidden rounded-lg border border-line bg-panel">
      <figcaption className="flex h-9 items-center justify-between border-line border-b pr-1 pl-3 text-muted text-xs">
        {t('yaml')}
        <CopyButton text={text} />
      </figcaption>
      <pre className="max-h-[60dvh] min-h-20 overflow-auto p-3 font-mono text-xs leading-5">{text}</pre>
    </figure>
  )
}
