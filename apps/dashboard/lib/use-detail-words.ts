'use client'

import type { Kind } from '@switchyard/core/schema/fields'
import { useFormatter, useTranslations } from 'use-intl'
import { useSchemaWords, useSchemaWordsInside } from './schema-words.ts'
import type { Change, ChangeDetail } from './trpc.ts'
import { useShareText } from './use-share-text.ts'

/** Puts changes into words of the page's language. */
export interface DetailWords {
  kind(kind: Kind): string
  /** "Targets › b › Weight" */
  path(detail: ChangeDetail): string
  /** One value, short: "4", "5,000 ms", "on", "url http://…, weight 0". */
  value(value: unknown, unit?: string): string
  share(share: number): string
  /** One change in a few words: "shop b › Weight 1 → 4". */
  inShort(change: Change): string
}

export function useDetailWords(): DetailWords {
  const t = useTranslations('changes')
  const format = useFormatter()
  const word = useSchemaWords()
  const inside = useSchemaWordsInside()

  const kind = (name: Kind) => t(`kind.${name}`)
  const path = ({ path: place, labels }: ChangeDetail) => {
    const [, id, ...rest] = labels
    // A target is a thing of its own to people; all else is a place in its resource.
    if (!place.startsWith('targets[') || id === undefined) return labels.map(word).join(' › ')
    return [t('target', { id }), ...rest.map(inside)].join(' ')
  }
  const value = (thing: unknown, unit?: string): string => {
    if (thing === undefined || thing === null) return t('absent')
    if (typeof thing === 'boolean') return thing ? t('on') : t('off')
    if (typeof thing === 'number')
      return unit === undefined ? String(thing) : `${format.number(thing)} ${unit === 'percent' ? '%' : unit}`
    if (typeof thing === 'string') {
      const lines = thing.trimEnd().split('\n').length
      return thing === '' ? t('empty') : lines > 1 ? t('lines', { count: lines }) : thing
    }
    if (Array.isArray(thing))
      return thing.length === 0
        ? t('none')
        : thing.map((item) => value(item)).join(thing.some((item) => typeof item === 'object') ? '; ' : ', ')
    return Object.entries(thing)
      .map(
        ([key, inner]) =>
          `${key} ${typeof inner === 'object' && inner !== null ? JSON.stringify(inner) : value(inner)}`,
      )
      .join(', ')
  }
  const turn = ({ before, after, unit }: ChangeDetail): string => {
    const [then, now] = [value(before, unit), value(after, unit)]
    // Texts of as many lines differ in what is not shown.
    return then === now ? t('different') : `${then} → ${now}`
  }
  const share = useShareText()

  const inShort = (change: Change): string => {
    if (change.id === '') return t('order', { kind: t(`kinds.${change.kind}`) })
    const name = change.kind === 'upstreams' ? change.id : `${kind(change.kind)} ${change.id}`
    if (change.action !== 'changed') return t(change.action === 'added' ? 'added' : 'removed', { name })
    const [first, ...rest] = change.details
    if (first === undefined) return name
    const place = path(first)
    const shown =
      first.action !== 'changed'
        ? t(first.action === 'added' ? 'added' : 'removed', { name: place })
        : `${place} ${turn(first)}`
    return rest.length === 0 ? `${name} ${shown}` : `${name} ${shown} ${t('andMore', { count: rest.length })}`
  }
  return { kind, path, value, share, inShort }
}
