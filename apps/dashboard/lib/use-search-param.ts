'use client'

import { useSearchParams } from 'next/navigation'

/** A piece of state that the URL holds, so that a reload and a shared link show the same. Empty is left out. */
export function useSearchParam(name: string): [string, (value: string) => void] {
  const params = useSearchParams()
  const set = (value: string) => {
    const next = new URLSearchParams(window.location.search)
    if (value === '') next.delete(name)
    else next.set(name, value)
    const search = next.toString()
    window.history.replaceState(null, '', search === '' ? window.location.pathname : `?${search}`)
  }
  return [params.get(name) ?? '', set]
}
