'use client'

import { Search } from 'lucide-react'
import { TextInput } from './inputs.tsx'

/** Narrows the table under it while one types; `/` comes here from anywhere on the screen. */
export function SearchField({
  value,
  onChange,
  label,
}: {
  value: string
  onChange: (value: string) => void
  label: string
}) {
  return (
    <span className="relative block w-full max-w-72">
      <Search aria-hidden="true" className="pointer-events-none absolute top-2 left-2.5 size-4 text-faint" />
      <TextInput
        type="search"
        aria-label={label}
        placeholder={label}
        value={value}
        className="pl-8"
        onChange={(event) => onChange(event.target.value)}
      />
    </span>
  )
}
