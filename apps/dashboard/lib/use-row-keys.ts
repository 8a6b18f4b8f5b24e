'use client'

import { useEffect, useState } from 'react'

const typing = (target: EventTarget | null) =>
  target instanceof HTMLElement &&
  target.closest('input, textarea, select, [contenteditable], [role="dialog"], [role="menu"]') !== null

/**
 * j and k move through the rows of a table, Enter opens the one that is active, / goes to the search field. Nothing of
 * it while somebody types or a dialog is open.
 */
export function useRowKeys(ids: readonly string[], open: (id: string) => void): string | undefined {
  const [active, setActive] = useState<string>()
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (
        typing(event.target) ||
        event.metaKey ||
        event.ctrlKey ||
        event.altKey ||
        document.querySelector('[role="dialog"]')
      )
        return
      if (event.key === '/') {
        event.preventDefault()
        document.querySelector<HTMLInputElement>('input[type="search"]')?.focus()
        return
      }
      const at = active === undefined ? -1 : ids.indexOf(active)
      if (event.key === 'j') setActive(ids[Math.min(at + 1, ids.length - 1)])
      if (event.key === 'k') setActive(ids[Math.max(at - 1, 0)])
      if (
        event.key === 'Enter' &&
        at >= 0 &&
        !(event.target instanceof HTMLElement && event.target.closest('a, button'))
      ) {
        open(ids[at] as string)
      }
    }
    document.addEventListener('keydown', onKey)
    return () => document.removeEventListener('keydown', onKey)
  }, [ids, active, open])
  useEffect(() => {
    if (active !== undefined)
      document.querySelector(`[data-row="${CSS.escape(active)}"]`)?.scrollIntoView({ block: 'nearest' })
  }, [active])
  return active
}
