'use client'

import { useFormatter, useTranslations } from 'use-intl'
import type { NodeView } from '../../lib/trpc.ts'

/** What a node says of the head: "applied · 18 ms", "rejected", "under way", "silent for 40 s". */
export function NodeOutcome({ node }: { node: NodeView }) {
  const t = useTranslations('nodeState')
  const format = useFormatter()
  if (node.state === 'unknown') return t('unknown', { seconds: node.secondsSinceHeard })
  if (node.state === 'applied' && node.outcome?.status === 'applied') {
    return t('appliedIn', {
      ms: format.number(node.outcome.ms, { maximumFractionDigits: node.outcome.ms < 10 ? 1 : 0 }),
    })
  }
  return t(node.state)
}
