'use client'

import type { Problem } from '@switchyard/core/errors'
import type { Kind } from '@switchyard/core/schema/fields'
import { formatPath, type Path } from '@switchyard/core/schema/path'
import { useEffect, useMemo, useRef, useState } from 'react'
import type { FormState } from '../components/form/form-context.tsx'
import { type ApiError, readApiError } from './api-error.ts'
import type { DraftObject } from './form/object-edit.ts'
import { useTRPCClient } from './trpc.ts'
import { useIds } from './use-ids.ts'
import { useUser } from './use-user.ts'

/** So long after the last key stroke the server is asked what it thinks. */
const checkAfterMs = 350

export interface Loaded {
  id: string
  etag: string
  value: DraftObject
}

export interface ResourceForm {
  value: DraftObject
  change(value: DraftObject): void
  dirty: boolean
  saving: boolean
  /** Why the last save was refused. */
  error: ApiError | undefined
  /** Saves; resolves to true when it is done. `over`: the etag to write over, when somebody else changed it. */
  save(over?: string): Promise<boolean>
  /** Takes what is loaded instead of what was typed. */
  revert(): void
  form: FormState
}

interface Editing {
  kind: Kind
  /** The resource as it stands, or the part of it that is edited; absent while a new one is made. */
  loaded: Loaded | undefined
  /** What a new one begins as. */
  initial: DraftObject
  /** The whole resource around the part that is edited, as it stands when it is sent. */
  compose?: (part: DraftObject) => DraftObject
}

const same = (a: unknown, b: unknown) => JSON.stringify(a) === JSON.stringify(b)

/**
 * One resource, or a part of one, while it is edited. What was typed stays, whatever the server says; what is loaded
 * anew is taken over only while nothing was typed. A change of somebody else in another part is no conflict.
 */
export function useResourceForm({ kind, loaded, initial, compose }: Editing): ResourceForm {
  const client = useTRPCClient()
  const { canEdit } = useUser()
  const ids = useIds()
  const [base, setBase] = useState(loaded)
  const [value, setValue] = useState<DraftObject>(loaded?.value ?? initial)
  const [touched, setTouched] = useState<ReadonlySet<string>>(new Set())
  const [tried, setTried] = useState(false)
  const [found, setFound] = useState<readonly Problem[]>([])
  const [reported, setReported] = useState<Readonly<Record<string, string>>>({})
  const [error, setError] = useState<ApiError>()
  const [saving, setSaving] = useState(false)

  const clean = base?.value ?? initial
  const dirty = !same(value, clean)

  const begin = (next: Loaded | undefined) => {
    setBase(next)
    setValue(next?.value ?? initial)
    setTouched(new Set())
    setTried(false)
    setFound([])
    setReported({})
    setError(undefined)
  }
  if (loaded !== undefined && loaded.etag !== base?.etag) {
    if (!dirty) begin(loaded)
    else if (same(loaded.value, base?.value)) setBase(loaded)
  }

  const id = base?.id
  const whole = useRef(compose)
  whole.current = compose
  const asked = useRef(0)
  useEffect(() => {
    if (!dirty || !canEdit) return
    const question = ++asked.current
    const timer = setTimeout(() => {
      const sent = whole.current?.(value) ?? value
      client[kind].check
        .query(id === undefined ? { value: sent } : { id, value: sent })
        .then(({ problems }) => question === asked.current && setFound(problems))
        // The save will say it; a check that could not be made is no news.
        .catch(() => undefined)
    }, checkAfterMs)
    return () => clearTimeout(timer)
  }, [value, dirty, canEdit, client, kind, id])

  const save = async (over?: string): Promise<boolean> => {
    setTried(true)
    setError(undefined)
    if (Object.keys(reported).length > 0) return false
    setSaving(true)
    const sent = compose?.(value) ?? value
    try {
      const saved =
        base === undefined
          ? await client[kind].create.mutate({ value: sent })
          : await client[kind].update.mutate({ id: base.id, etag: over ?? base.etag, value: sent })
      setBase({ id: saved.id, etag: saved.etag, value })
      setTried(false)
      setFound([])
      return true
    } catch (failure) {
      const refused = readApiError(failure)
      setError(refused)
      if (refused.problems.length > 0) setFound(refused.problems)
      return false
    } finally {
      setSaving(false)
    }
  }

  const form = useMemo<FormState>(
    () => ({
      problems: [...Object.entries(reported).map(([path, message]) => ({ path, message })), ...found],
      touched,
      tried,
      touch: (path: Path) => setTouched((before) => new Set(before).add(formatPath(path))),
      ids,
      report: (path, message) =>
        setReported(({ [formatPath(path)]: _, ...rest }) =>
          message === undefined ? rest : { ...rest, [formatPath(path)]: message },
        ),
      readOnly: !canEdit,
      fixedId: id !== undefined,
    }),
    [reported, found, touched, tried, ids, canEdit, id],
  )
  return { value, change: setValue, dirty, saving, error, save, revert: () => begin(loaded ?? base), form }
}
