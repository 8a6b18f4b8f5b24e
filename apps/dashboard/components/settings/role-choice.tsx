'use client'

import { useTranslations } from 'use-intl'
import { ChoiceCards } from './choice-cards.tsx'

export type Role = 'admin' | 'viewer'

/** What somebody, or a script, may do. The lesser one stands first. */
export function RoleChoice({ value, onChange }: { value: Role; onChange: (role: Role) => void }) {
  const t = useTranslations('settings')
  return (
    <ChoiceCards
      legend={t('role')}
      value={value}
      onChange={onChange}
      choices={(['viewer', 'admin'] as const).map((role) => ({
        value: role,
        label: t(`roles.${role}`),
        text: t(`roleTexts.${role}`),
      }))}
    />
  )
}
