'use client'

import { useEffect, useState } from 'react'

interface Stream {
  status: 'idle' | 'connecting' | 'pending' | 'error'
  reset: () => void
}

const beginAgainAfterMs = 1000
const lostAfterMs = 2000

/**
 * Keeps an event stream going. One whose connection breaks comes back by itself; one that the server ended (it restarts)
 * or refused (the session is over) is over for tRPC, and is begun again here, after `before`. Says whether the stream
 * has been away for so long that people should know.
 */
export function useLasting(
  { status, reset }: Stream,
  wanted: boolean,
  before?: () => Promise<unknown>,
): { lost: boolean } {
  const over = wanted && (status === 'idle' || status === 'error')
  useEffect(() => {
    if (!over) return
    const timer = setTimeout(() => {
      if (before === undefined) reset()
      else void before().finally(reset)
    }, beginAgainAfterMs)
    return () => clearTimeout(timer)
  }, [over, reset, before])

  const away = wanted && status !== 'pending'
  const [lost, setLost] = useState(false)
  useEffect(() => {
    if (!away) return setLost(false)
    const timer = setTimeout(() => setLost(true), lostAfterMs)
    return () => clearTimeout(timer)
  }, [away])
  return { lost }
}
