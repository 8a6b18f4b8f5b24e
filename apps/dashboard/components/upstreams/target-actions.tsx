'use client'

import type { WrittenTarget } from '@switchyard/core/balancers/create'
import { ArrowDownToLine, Ellipsis, History, Pencil, Power, Trash2 } from 'lucide-react'
import { useTranslations } from 'use-intl'
import { Button } from '../ui/button.tsx'
import { Menu, MenuItem, MenuRule } from '../ui/menu.tsx'

export type TargetAction = 'timeline' | 'edit' | 'drain' | 'undrain' | 'enable' | 'disable' | 'remove'

/** What can be done to one target: draining in the row itself, the rest in a menu. Who may only look sees what happened. */
export function TargetActions({
  target,
  canEdit,
  onAction,
}: {
  target: WrittenTarget
  canEdit: boolean
  onAction: (action: TargetAction, target: WrittenTarget) => void
}) {
  const t = useTranslations('targets')
  const { id } = target
  const draining = target.drain === true
  const off = target.enabled === false
  return (
    <span className="inline-flex items-center gap-1">
      {canEdit ? (
        <Button
          size="small"
          className="max-sm:hidden"
          aria-label={draining ? t('undrainOf', { id }) : t('drainOf', { id })}
          disabled={off}
          onClick={() => onAction(draining ? 'undrain' : 'drain', target)}
        >
          {draining ? t('undrain') : t('drain')}
        </Button>
      ) : null}
      <Menu
        label={t('actionsOf', { id })}
        trigger={
          <Button look="quiet" size="icon-small" aria-label={t('actionsOf', { id })}>
            <Ellipsis aria-hidden="true" />
          </Button>
        }
      >
        {canEdit ? (
          <MenuItem
            className="sm:hidden"
            disabled={off}
            onSelect={() => onAction(draining ? 'undrain' : 'drain', target)}
          >
            <ArrowDownToLine aria-hidden="true" />
            {draining ? t('undrain') : t('drain')}
          </MenuItem>
        ) : null}
        <MenuItem onSelect={() => onAction('timeline', target)}>
          <History aria-hidden="true" />
          {t('timeline')}
        </MenuItem>
        {canEdit ? (
          <>
            <MenuItem onSelect={() => onAction('edit', target)}>
              <Pencil aria-hidden="true" />
              {t('edit')}
            </MenuItem>
            <MenuItem onSelect={() => onAction(off ? 'enable' : 'disable', target)}>
              <Power aria-hidden="true" />
              {off ? t('enable') : t('disable')}
            </MenuItem>
            <MenuRule />
            <MenuItem danger onSelect={() => onAction('remove', target)}>
              <Trash2 aria-hidden="true" />
              {t('remove')}
            </MenuItem>
          </>
        ) : null}
      </Menu>
    </span>
  )
}
