'use client'

import { useState } from 'react'

/** What has the focus now. An item of a menu is gone soon: the button of its menu stands for it. */
function focused(): HTMLElement | null {
  const { activeElement } = document
  const button = activeElement?.closest('[role="menu"]')?.getAttribute('aria-labelledby')
  if (button) return document.getElementById(button)
  return activeElement instanceof HTMLElement ? activeElement : null
}

/** Remembers what had the focus when a dialog opened; the handler gives it back when the dialog has closed. */
export function useOpener(open: boolean): (event: Event) => void {
  const [wasOpen, setWasOpen] = useState(false)
  const [opener, setOpener] = useState<HTMLElement | null>(null)
  if (open !== wasOpen) {
    setWasOpen(open)
    if (open) setOpener(focused())
  }
  return (event) => {
    event.preventDefault()
    // The draft bar is gone once its draft is published: then on from the screen itself.
    const next = opener?.isConnected ? opener : document.getElementById('content')
    next?.focus({ preventScroll: true })
  }
}
