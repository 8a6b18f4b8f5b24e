'use client'

import { useState } from 'react'
import { useTranslations } from 'use-intl'
import { Button } from '../ui/button.tsx'

/** What changed, in one line; all of it when asked for. */
export function AuditDetail({ sentences }: { sentences: readonly string[] }) {
  const t = useTranslations('settings.audit')
  const [open, setOpen] = useState(false)
  const [first, ...others] = sentences
  if (first === undefined) return null
  if (open) {
    return (
      <span className="flex items-start gap-2">
        <ul className="min-w-0 flex-1 space-y-0.5 break-words">
          {sentences.map((sentence) => (
            <li key={sentence}>{sentence}</li>
          ))}
        </ul>
        <Fold open onClick={() => setOpen(false)} label={t('fewer')} text="−" />
      </span>
    )
  }
  return (
    <span className="flex items-center gap-2">
      <span className="min-w-0 flex-1 truncate" title={first}>
        {first}
      </span>
      {others.length === 0 ? null : (
        <Fold
          open={false}
          onClick={() => setOpen(true)}
          label={t('all', { count: sentences.length })}
          text={`+${others.length}`}
        />
      )}
    </span>
  )
}

function Fold({ open, onClick, label, text }: { open: boolean; onClick: () => void; label: string; text: string }) {
  return (
    <Button
      look="quiet"
      size="small"
      aria-expanded={open}
      aria-label={label}
      onClick={onClick}
      className="figures -my-1 h-6 px-1.5"
    >
      {text}
    </Button>
  )
}
