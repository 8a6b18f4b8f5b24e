'use client'

import { useId } from 'react'
import { useTranslations } from 'use-intl'
import { maxWeight, readWeight } from '../../lib/read-weight.ts'
import type { WeightEdits } from '../../lib/use-weight-edits.ts'
import { FieldError } from '../ui/field-error.tsx'
import { TextInput } from '../ui/inputs.tsx'

/**
 * The weight of a target, in its row. Arrow keys step by one, with Shift by ten; Enter saves and stays, leaving the
 * field saves, Escape takes back what was typed.
 */
export function WeightInput({
  target,
  weight,
  edits,
  readOnly,
}: {
  target: string
  weight: number
  edits: WeightEdits
  readOnly: boolean
}) {
  const t = useTranslations('weights')
  const id = useId()
  const text = edits.text(target, weight)
  const error = edits.error(target)
  const step = (by: number) =>
    edits.type(target, String(Math.min(Math.max((readWeight(text) ?? weight) + by, 0), maxWeight)))
  return (
    <div className="w-16 sm:w-20">
      <TextInput
        mono
        inputMode="numeric"
        aria-label={t('of', { target })}
        aria-invalid={error === undefined ? undefined : true}
        aria-describedby={error === undefined ? undefined : id}
        className="figures h-7 px-2 text-right"
        readOnly={readOnly}
        value={text}
        onChange={(event) => edits.type(target, event.target.value)}
        onBlur={() => edits.save(target, weight, false)}
        onKeyDown={(event) => {
          if (readOnly) return
          const by = event.shiftKey ? 10 : 1
          if (event.key === 'Enter') edits.save(target, weight, true)
          else if (event.key === 'Escape') edits.revert(target)
          else if (event.key === 'ArrowUp') step(by)
          else if (event.key === 'ArrowDown') step(-by)
          else return
          event.preventDefault()
        }}
      />
      {error === undefined ? null : (
        <div className="mt-1 w-28 whitespace-normal sm:w-40">
          <FieldError id={id}>{error}</FieldError>
        </div>
      )}
    </div>
  )
}
