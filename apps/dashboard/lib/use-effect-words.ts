'use client'

import type { Effect, Effects } from '@switchyard/core/diff/diff'
import { useFormatter, useTranslations } from 'use-intl'
import { useShareText } from './use-share-text.ts'

/** Of more targets only some are named. */
const mostNamed = 5

/** Puts into words what an edit leaves of the state on the nodes: "health and latency of a and b; position of the rotation". */
export function useEffectWords() {
  const t = useTranslations('effects')
  const format = useFormatter()
  const share = useShareText()

  const name = ({ what, share: part }: Effect) =>
    part === undefined ? t(`what.${what}`) : t('shareOf', { share: share(part), what: t(`what.${what}`) })
  const ids = (targets: readonly string[]) =>
    targets.length > mostNamed
      ? t('andMore', {
          targets: targets.slice(0, mostNamed - 1).join(', '),
          count: targets.length - mostNamed + 1,
        })
      : format.list(targets)

  /** @param others those of which some targets are named elsewhere, so that without names all others are meant */
  const sentence = (effects: readonly Effect[], others: ReadonlySet<Effect['what']>): string => {
    const groups = new Map<string, { first: Effect; whats: string[]; others: boolean }>()
    for (const effect of effects) {
      const rest = effect.targets === undefined && others.has(effect.what)
      const key = JSON.stringify([effect.targets, effect.because, rest])
      const group = groups.get(key) ?? { first: effect, whats: [], others: rest }
      group.whats.push(name(effect))
      groups.set(key, group)
    }
    return [...groups.values()]
      .map(({ first: { targets, because }, whats, others: rest }) => {
        const what = format.list(whats)
        const said =
          targets !== undefined ? t('of', { what, targets: ids(targets) }) : rest ? t('ofOthers', { what }) : what
        return because === undefined ? said : t('because', { said, reason: t(`reason.${because}`) })
      })
      .join(t('separator'))
  }
  return {
    kept: ({ kept, reset }: Effects) =>
      sentence(kept, new Set(reset.flatMap(({ what, targets }) => (targets === undefined ? [] : [what])))),
    reset: ({ reset }: Effects) => sentence(reset, new Set()),
  }
}
