'use client'

import { createContext, type ReactNode, useContext, useMemo, useState } from 'react'
import { useStatus } from '../../lib/use-status.ts'
import { useUser } from '../../lib/use-user.ts'
import { PublishDialog } from './publish-dialog.tsx'

interface Publishing {
  /** Opens the publish dialog. */
  review: () => void
  /** How many resources of the draft differ from what serves. */
  changes: number
}

const Context = createContext<Publishing>({ review: () => undefined, changes: 0 })

/** Lets the draft bar, the palette and the screens open the one publish dialog. */
export function PublishProvider({ children }: { children: ReactNode }) {
  const [open, setOpen] = useState(false)
  const changes = useStatus().data?.draft.changes.length ?? 0
  const { canEdit } = useUser()
  const value = useMemo(() => ({ review: () => setOpen(true), changes }), [changes])
  return (
    <Context value={value}>
      {children}
      {canEdit ? <PublishDialog open={open} onOpenChange={setOpen} /> : null}
    </Context>
  )
}

export const usePublish = (): Publishing => useContext(Context)
