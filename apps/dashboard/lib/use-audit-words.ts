'use client'

import { useTranslations } from 'use-intl'

const actions = [
  'create',
  'update',
  'remove',
  'set-weight',
  'set-drain',
  'set-enabled',
  'apply',
  'discard',
  'publish',
  'rollback',
  'sign-in',
  'sign-out',
  'set-up',
  'change-password',
  'reset-password',
] as const

const kinds = [
  'listeners',
  'upstreams',
  'routes',
  'middleware',
  'certificates',
  'secrets',
  'draft',
  'revisions',
  'nodes',
  'users',
  'tokens',
  'sessions',
] as const

/** The words of the audit: the API's names of actions, kinds and actors as one says them. Unknown ones stay as they are. */
export function useAuditWords() {
  const t = useTranslations('settings.audit')
  return {
    action: (name: string) => {
      const known = actions.find((action) => action === name)
      return known === undefined ? name : t(`actions.${known}`)
    },
    kind: (name: string) => {
      const known = kinds.find((kind) => kind === name)
      return known === undefined ? name : t(`kinds.${known}`)
    },
    actor: (name: string) => {
      if (name === 'console') return t('console')
      return name.startsWith('token ') ? t('token', { name: name.slice('token '.length) }) : name
    },
  }
}
