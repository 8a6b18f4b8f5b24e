'use client'

import { useTranslations } from 'use-intl'
import { CopyButton } from '../ui/copy-button.tsx'
import { TextArea } from '../ui/inputs.tsx'
import { Labelled } from '../ui/labelled.tsx'
import { Notice } from '../ui/notice.tsx'

/** A token, this once: only its hash is kept. `leaving` asks whether it was copied. */
export function TokenShown({ token, leaving }: { token: string; leaving: boolean }) {
  const t = useTranslations('settings.tokenShown')
  return (
    <div className="space-y-3">
      <Labelled label={t('token')}>
        {(wiring) => (
          <span className="flex items-start gap-2">
            <TextArea
              {...wiring}
              mono
              readOnly
              autoFocus
              rows={2}
              className="min-h-0 resize-none break-all"
              value={token}
              onFocus={(event) => event.target.select()}
            />
            <CopyButton text={token} />
          </span>
        )}
      </Labelled>
      <Notice kind="attention">{t(leaving ? 'leaving' : 'once')}</Notice>
    </div>
  )
}
