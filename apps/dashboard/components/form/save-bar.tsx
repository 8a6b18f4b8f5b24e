'use client'

import { useTranslations } from 'use-intl'
import type { ResourceForm } from '../../lib/use-resource-form.ts'
import { Button } from '../ui/button.tsx'

/** The buttons of a form; for something that is there already, only once something was changed. */
export function SaveBar({ form, creating }: { form: ResourceForm; creating: boolean }) {
  const t = useTranslations('form')
  if (form.form.readOnly || (!creating && !form.dirty)) return null
  return (
    <div className="sticky bottom-0 -mx-1 flex flex-wrap items-center gap-2 border-line border-t bg-page px-1 py-3">
      <Button type="submit" look="primary" disabled={form.saving}>
        {creating ? t('create') : t('save')}
      </Button>
      {creating ? null : <Button onClick={form.revert}>{t('revert')}</Button>}
      <span className="text-muted text-xs">{t('draftOnly')}</span>
    </div>
  )
}
