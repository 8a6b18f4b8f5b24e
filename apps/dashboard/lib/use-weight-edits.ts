'use client'

import { useQueryClient } from '@tanstack/react-query'
import { useRef, useState } from 'react'
import { useTranslations } from 'use-intl'
import { readApiError } from './api-error.ts'
import { readWeight } from './read-weight.ts'
import { useTRPC, useTRPCClient } from './trpc.ts'

interface Edit {
  text: string
  /** Why the last save was refused. */
  refusal?: string
  /** An empty field is told only when it was left. */
  left?: boolean
  saving?: boolean
}

export interface WeightEdits {
  /** What stands in the field of a target. */
  text(target: string, weight: number): string
  error(target: string): string | undefined
  /** The weight to predict shares with: what is typed where that is a weight, else what is saved. */
  effective(target: string, weight: number): number
  type(target: string, text: string): void
  revert(target: string): void
  /** The row was left, or (`again`) Enter was pressed. What was refused is sent again only when that is meant. */
  save(target: string, weight: number, again: boolean): void
}

/**
 * Weights while they are typed. Nothing is sent before a row is left. Saves go out one after the other, each with the
 * etag that the one before it gave, so that two rows never overtake each other. What was typed stays until it is saved.
 */
export function useWeightEdits(upstream: string, etag: string): WeightEdits {
  const t = useTranslations('weights')
  const trpc = useTRPC()
  const client = useTRPCClient()
  const queryClient = useQueryClient()
  const [edits, setEdits] = useState<Readonly<Record<string, Edit>>>({})
  const queue = useRef<Promise<void>>(Promise.resolve())
  const latest = useRef(etag)
  const seen = useRef(etag)
  if (seen.current !== etag) {
    seen.current = etag
    latest.current = etag
  }

  const edit = (target: string, next: Edit | undefined) =>
    setEdits(({ [target]: _, ...rest }) => (next === undefined ? rest : { ...rest, [target]: next }))

  const send = async (target: string, weight: number, text: string) => {
    try {
      const saved = await client.targets.setWeight.mutate({ upstream, target, weight, etag: latest.current })
      latest.current = saved.etag
      await queryClient.invalidateQueries({ queryKey: trpc.upstreams.pathKey() })
      setEdits(({ [target]: now, ...rest }) =>
        now === undefined || now.text === text ? rest : { ...rest, [target]: now },
      )
    } catch (failure) {
      const { reason, message, problems } = readApiError(failure)
      const refusal =
        reason === 'conflict'
          ? t('conflict')
          : reason === undefined
            ? t('unreachable')
            : (problems[0]?.message ?? message)
      setEdits((all) => ({ ...all, [target]: { text: all[target]?.text ?? text, refusal } }))
      if (reason === 'conflict') await queryClient.invalidateQueries({ queryKey: trpc.upstreams.pathKey() })
    }
  }
  return {
    text: (target, weight) => edits[target]?.text ?? String(weight),
    error(target) {
      const now = edits[target]
      if (now === undefined) return undefined
      if (now.text.trim() === '' && !now.left) return undefined
      return readWeight(now.text) === undefined ? t('wrong') : now.refusal
    },
    effective: (target, weight) => readWeight(edits[target]?.text ?? '') ?? weight,
    type: (target, text) => edit(target, { text }),
    revert: (target) => edit(target, undefined),
    save(target, weight, again) {
      const now = edits[target]
      if (now === undefined || now.saving || (now.refusal !== undefined && !again)) return
      const typed = readWeight(now.text)
      if (typed === undefined) return edit(target, { ...now, left: true })
      if (typed === weight) return edit(target, undefined)
      edit(target, { text: now.text, saving: true })
      queue.current = queue.current.then(() => send(target, typed, now.text))
    },
  }
}
