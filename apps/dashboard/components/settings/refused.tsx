'use client'

import { useTranslations } from 'use-intl'
import type { ApiError } from '../../lib/api-error.ts'
import { Notice } from '../ui/notice.tsx'

/** Why the API did not do it, unless all of it stands beside the fields that are named. */
export function Refused({ error, beside = [] }: { error: ApiError | null; beside?: readonly string[] }) {
  const t = useTranslations('settings')
  if (error === null) return null
  const others = error.problems.filter(({ path }) => !beside.includes(path))
  if (error.problems.length > 0 && others.length === 0) return null
  return (
    <Notice kind="failed">
      <p className="font-medium">{error.reason === undefined ? t('unreachable') : error.message}</p>
      {others.map(({ path, message }) => (
        <p key={path} className="text-muted">
          {path}: {message}
        </p>
      ))}
    </Notice>
  )
}
