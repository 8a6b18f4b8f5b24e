'use client'

import { useTranslations } from 'use-intl'
import { randomPassword } from '../../lib/random-password.ts'
import { Button } from '../ui/button.tsx'
import { CopyButton } from '../ui/copy-button.tsx'
import { TextInput } from '../ui/inputs.tsx'
import { Labelled } from '../ui/labelled.tsx'

/** The fewest characters that the API takes. */
export const shortestPassword = 8

/** A password that is handed over to somebody else: in sight, written or generated, to be copied. */
export function PasswordForOthers({
  value,
  onChange,
  error,
}: {
  value: string
  onChange: (password: string) => void
  error: string | undefined
}) {
  const t = useTranslations('settings')
  return (
    <Labelled label={t('password')} hint={t('passwordHint')} error={error}>
      {(wiring) => (
        <span className="flex items-center gap-2">
          <TextInput
            {...wiring}
            mono
            required
            maxLength={256}
            value={value}
            onChange={(event) => onChange(event.target.value)}
          />
          <Button size="small" onClick={() => onChange(randomPassword())}>
            {t('generate')}
          </Button>
          <CopyButton text={value} />
        </span>
      )}
    </Labelled>
  )
}
