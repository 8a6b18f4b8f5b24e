'use client'

import { useId } from 'react'
import { cn } from '../../lib/class-names.ts'

/** One of a few, with what each of them means in sight. */
export function ChoiceCards<V extends string>({
  legend,
  choices,
  value,
  onChange,
}: {
  legend: string
  choices: readonly { value: V; label: string; text: string }[]
  value: V
  onChange: (value: V) => void
}) {
  const id = useId()
  return (
    <fieldset>
      <legend className="mb-1 font-medium text-table">{legend}</legend>
      <div className="grid gap-2 sm:grid-cols-2">
        {choices.map((choice) => (
          <label
            key={choice.value}
            htmlFor={`${id}-${choice.value}`}
            className={cn(
              'flex cursor-pointer items-start gap-2.5 rounded-md border px-3 py-2 transition-colors duration-100',
              choice.value === value ? 'border-accent bg-accent-soft' : 'border-line-strong bg-panel hover:bg-hover',
            )}
          >
            <input
              id={`${id}-${choice.value}`}
              type="radio"
              name={id}
              className="mt-0.5 size-4 shrink-0 accent-accent"
              checked={choice.value === value}
              aria-labelledby={`${id}-${choice.value}-label`}
              aria-describedby={`${id}-${choice.value}-text`}
              onChange={() => onChange(choice.value)}
            />
            <span className="min-w-0">
              <span id={`${id}-${choice.value}-label`} className="block font-medium text-table">
                {choice.label}
              </span>
              <span id={`${id}-${choice.value}-text`} className="block text-muted text-xs">
                {choice.text}
              </span>
            </span>
          </label>
        ))}
      </div>
    </fieldset>
  )
}
