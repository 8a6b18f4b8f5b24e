'use client'

import { useTranslations } from 'use-intl'
import type { ApiError } from '../../lib/api-error.ts'
import { Select, TextInput } from '../ui/inputs.tsx'
import { Labelled } from '../ui/labelled.tsx'
import { ChoiceCards } from './choice-cards.tsx'
import { Refused } from './refused.tsx'
import { type Role, RoleChoice } from './role-choice.tsx'

const kinds = ['api', 'node'] as const
export type TokenKind = (typeof kinds)[number]

/** What a token should be. */
export interface TokenWish {
  name: string
  kind: TokenKind
  /** Counts for an API token only. */
  role: Role
  /** In days; empty for never. */
  lifetime: string
}

const lifetimes = ['7', '30', '90', '365', ''] as const

/** A script is replaced now and then; a node that loses its token takes no new revision. */
export const usualLifetime: Record<TokenKind, string> = { api: '90', node: '' }

export function CreateTokenForm({
  id,
  wish,
  onChange,
  onSubmit,
  error,
}: {
  id: string
  wish: TokenWish
  onChange: (wish: TokenWish) => void
  onSubmit: () => void
  error: ApiError | null
}) {
  const t = useTranslations('settings.createToken')
  return (
    <form
      id={id}
      noValidate
      className="space-y-4"
      onSubmit={(event) => {
        event.preventDefault()
        onSubmit()
      }}
    >
      <Refused error={error} />
      <Labelled label={t('name')} hint={t('nameHint')}>
        {(wiring) => (
          <TextInput
            {...wiring}
            autoFocus
            required
            maxLength={100}
            value={wish.name}
            placeholder={t(`example.${wish.kind}`)}
            onChange={(event) => onChange({ ...wish, name: event.target.value })}
          />
        )}
      </Labelled>
      <ChoiceCards
        legend={t('kind')}
        value={wish.kind}
        onChange={(kind) => onChange({ ...wish, kind, lifetime: usualLifetime[kind] })}
        choices={kinds.map((value) => ({ value, label: t(`kinds.${value}`), text: t(`kindTexts.${value}`) }))}
      />
      {wish.kind === 'api' ? <RoleChoice value={wish.role} onChange={(role) => onChange({ ...wish, role })} /> : null}
      <Labelled label={t('expires')} hint={wish.kind === 'node' ? t('nodeExpiry') : undefined}>
        {(wiring) => (
          <Select
            {...wiring}
            value={wish.lifetime}
            onChange={(event) => onChange({ ...wish, lifetime: event.target.value })}
          >
            {lifetimes.map((value) => (
              <option key={value} value={value}>
                {value === '' ? t('never') : t('days', { days: Number(value) })}
              </option>
            ))}
          </Select>
        )}
      </Labelled>
    </form>
  )
}
