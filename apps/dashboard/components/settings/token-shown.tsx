'use client'

import { useState } from 'react'
import { useTranslations } from 'use-intl'
import { Button } from '../ui/button.tsx'
import { CopyButton } from '../ui/copy-button.tsx'
import { Dialog } from '../ui/dialog.tsx'
import { TextArea } from '../ui/inputs.tsx'
import { Labelled } from '../ui/labelled.tsx'
import { Notice } from '../ui/notice.tsx'

/** A token, this once: only its hash is kept. A click beside the dialog does not lose it, only the button or the cross. */
export function TokenShown({
  name,
  kind,
  token,
  close,
}: {
  name: string
  kind: 'api' | 'node'
  token: string
  close: () => void
}) {
  const t = useTranslations('settings.tokenShown')
  const [leaving, setLeaving] = useState(false)
  return (
    <Dialog
      open
      onOpenChange={() => (leaving ? close() : setLeaving(true))}
      title={t('title', { name })}
      description={t(`use.${kind}`)}
      footer={
        <Button look="primary" onClick={close}>
          {t('done')}
        </Button>
      }
    >
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
    </Dialog>
  )
}
