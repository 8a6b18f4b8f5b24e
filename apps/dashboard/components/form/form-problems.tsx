'use client'

import { useTranslations } from 'use-intl'
import type { ResourceForm } from '../../lib/use-resource-form.ts'
import { ProblemList } from '../publish/problem-list.tsx'
import { Button } from '../ui/button.tsx'
import { Notice } from '../ui/notice.tsx'

/** What is wrong with the whole form: why a save was refused, and when somebody else was quicker, what can be done. */
export function FormProblems({
  form,
  onReload,
  onOverwrite,
}: {
  form: ResourceForm
  onReload: () => void
  onOverwrite: () => void
}) {
  const t = useTranslations('form')
  const { error } = form
  const { problems, tried } = form.form
  if (error?.reason === 'conflict') {
    return (
      <Notice kind="attention">
        <p className="font-medium">{error.message}</p>
        <p className="text-muted">{t('conflict')}</p>
        <p className="mt-2 flex flex-wrap gap-2">
          <Button size="small" onClick={onReload}>
            {t('loadTheirs')}
          </Button>
          <Button size="small" look="danger" onClick={onOverwrite}>
            {t('overwrite')}
          </Button>
        </p>
      </Notice>
    )
  }
  if (error !== undefined || (tried && problems.length > 0)) {
    return (
      <Notice kind="failed">
        <p className="font-medium">
          {problems.length > 0 ? t('problems', { count: problems.length }) : error?.message}
        </p>
        <ProblemList problems={problems} />
      </Notice>
    )
  }
  return null
}
