'use client'

import type { WrittenTarget } from '@switchyard/core/balancers/create'
import { useQueryClient } from '@tanstack/react-query'
import { useId, useState } from 'react'
import { toast } from 'sonner'
import { useTranslations } from 'use-intl'
import { readApiError } from '../../lib/api-error.ts'
import { type KnownHealth, predictedShares, targetsOf } from '../../lib/predicted.ts'
import { type LoadedUpstream, useTRPC, useTRPCClient } from '../../lib/trpc.ts'
import { useShareText } from '../../lib/use-share-text.ts'
import { useTraffic } from '../../lib/use-traffic.ts'
import { Confirm } from '../ui/confirm.tsx'
import type { TargetAction } from './target-actions.tsx'

export type Question = Exclude<TargetAction, 'edit' | 'timeline'>

/** The upstream as it would be. */
function after({ value }: LoadedUpstream, question: Question, { id }: WrittenTarget) {
  const targets = value.targets ?? []
  if (question === 'remove') return { ...value, targets: targets.filter((target) => target.id !== id) }
  const change =
    question === 'drain' || question === 'undrain'
      ? { drain: question === 'drain' }
      : { enabled: question === 'enable' }
  return { ...value, targets: targets.map((target) => (target.id === id ? { ...target, ...change } : target)) }
}

/** Asks before a target takes more or less: what happens to its requests, and where its share goes. */
export function TargetQuestion({
  upstream,
  question,
  target,
  known,
  close,
}: {
  upstream: LoadedUpstream
  question: Question
  target: WrittenTarget
  known: KnownHealth | undefined
  close: () => void
}) {
  const t = useTranslations('targetQuestion')
  const trpc = useTRPC()
  const client = useTRPCClient()
  const queryClient = useQueryClient()
  const shareText = useShareText()
  const atOnceId = useId()
  const [atOnce, setAtOnce] = useState(false)
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<string | null>(null)
  const live = useTraffic()?.upstreams[upstream.id]?.targets[target.id]

  const next = after(upstream, question, target)
  const [then, now] = [predictedShares(upstream.value, known), predictedShares(next, known)]
  const moved = targetsOf(next).filter(({ id }) => then.get(id) !== now.get(id))

  const run = async () => {
    setBusy(true)
    setError(null)
    const which = {
      upstream: upstream.id,
      target: target.id,
      etag: upstream.etag,
      ...(atOnce ? { publish: true } : {}),
    }
    try {
      if (question === 'remove')
        await client.upstreams.update.mutate({ id: upstream.id, etag: upstream.etag, value: next })
      else {
        const { revision } =
          question === 'drain'
            ? await client.targets.drain.mutate(which)
            : question === 'undrain'
              ? await client.targets.undrain.mutate(which)
              : await client.targets.setEnabled.mutate({ ...which, enabled: question === 'enable' })
        if (revision !== undefined) toast(t('published', { number: revision }))
      }
      await queryClient.invalidateQueries({ queryKey: trpc.upstreams.pathKey() })
      close()
    } catch (failure) {
      const refused = readApiError(failure)
      setError(refused.problems[0]?.message ?? refused.message)
      if (refused.reason === 'conflict') await queryClient.invalidateQueries({ queryKey: trpc.upstreams.pathKey() })
    } finally {
      setBusy(false)
    }
  }
  const seconds = (upstream.value.drainMs ?? 30_000) / 1000
  return (
    <Confirm
      open
      onOpenChange={close}
      title={t(`${question}.title`, { id: target.id })}
      action={t(`${question}.do`)}
      danger={question === 'remove'}
      busy={busy}
      error={error}
      onConfirm={() => void run()}
    >
      <p>{t(`${question}.text`, { id: target.id, seconds })}</p>
      {live !== undefined && question !== 'undrain' && question !== 'enable' ? (
        <p className="figures">{t('now', { requests: live.inFlight, tunnels: live.tunnels })}</p>
      ) : null}
      {moved.length === 0 ? null : (
        <ul className="figures space-y-0.5 text-text text-table">
          {moved.slice(0, 8).map(({ id }) => (
            <li key={id}>
              <span className="font-medium">{id}</span> {shareText(then.get(id) ?? 0)} → {shareText(now.get(id) ?? 0)}
            </li>
          ))}
        </ul>
      )}
      {question === 'remove' ? (
        <p>{t('draft')}</p>
      ) : (
        <label htmlFor={atOnceId} className="flex items-center gap-2 text-text">
          <input
            id={atOnceId}
            type="checkbox"
            className="size-4 accent-accent"
            checked={atOnce}
            onChange={(event) => setAtOnce(event.target.checked)}
          />
          {t('atOnce')}
        </label>
      )}
    </Confirm>
  )
}
