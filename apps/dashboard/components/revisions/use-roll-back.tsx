'use client'

import { type ReactNode, useState } from 'react'
import { RollBackDialog } from './roll-back-dialog.tsx'

/** The question before a roll-back, for any screen: `ask(number)` opens `dialog`. */
export function useRollBack(): { ask: (number: number) => void; dialog: ReactNode } {
  const [number, setNumber] = useState<number>()
  const [open, setOpen] = useState(false)
  return {
    ask: (wanted) => {
      setNumber(wanted)
      setOpen(true)
    },
    dialog:
      number === undefined ? null : <RollBackDialog key={number} number={number} open={open} onOpenChange={setOpen} />,
  }
}
