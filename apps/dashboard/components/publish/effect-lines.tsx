'use client'

import type { Effects } from '@switchyard/core/diff/diff'
import { useTranslations } from 'use-intl'
import { useEffectWords } from '../../lib/use-effect-words.ts'

/** What the nodes keep of an upstream through a change, and what begins anew. */
export function EffectLines({ effects }: { effects: Effects }) {
  const t = useTranslations('effects')
  const words = useEffectWords()
  const [kept, reset] = [words.kept(effects), words.reset(effects)]
  if (kept === '' && reset === '') return null
  return (
    <dl className="figures mt-2 grid grid-cols-[max-content_minmax(0,1fr)] gap-x-3 gap-y-0.5 text-xs leading-5">
      <dt className="text-muted">{t('kept')}</dt>
      <dd>{kept === '' ? t('nothing') : kept}</dd>
      <dt className="text-muted">{t('reset')}</dt>
      <dd className={reset === '' ? undefined : 'text-attention'}>{reset === '' ? t('nothing') : reset}</dd>
    </dl>
  )
}
