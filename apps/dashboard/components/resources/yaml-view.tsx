'use client'

import { useEffect, useState } from 'react'
import { useTranslations } from 'use-intl'
import { TextView } from './text-view.tsx'

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
  return <TextView title={t('yaml')} text={text} />
}
