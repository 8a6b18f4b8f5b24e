'use client'

import { Check } from 'lucide-react'
import { DropdownMenu } from 'radix-ui'
import type { ComponentProps, ReactNode } from 'react'
import { cn } from '../../lib/class-names.ts'

const item =
  'flex min-h-8 cursor-pointer select-none items-center gap-2 rounded px-2 py-1 text-table outline-none data-disabled:cursor-not-allowed data-disabled:opacity-50 data-highlighted:bg-pressed [&_svg]:size-4 [&_svg]:shrink-0 [&_svg]:text-muted'

/** A menu that opens from `trigger`, a button. */
export function Menu({ trigger, children, label }: { trigger: ReactNode; children: ReactNode; label?: string }) {
  return (
    <DropdownMenu.Root>
      <DropdownMenu.Trigger asChild>{trigger}</DropdownMenu.Trigger>
      <DropdownMenu.Portal>
        <DropdownMenu.Content
          align="end"
          sideOffset={4}
          aria-label={label}
          className="rise-in z-50 min-w-44 max-w-[calc(100vw-16px)] rounded-lg border border-line bg-raised p-1 shadow-raised"
        >
          {children}
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  )
}

export function MenuItem({
  className,
  danger,
  ...props
}: ComponentProps<typeof DropdownMenu.Item> & { danger?: boolean }) {
  return <DropdownMenu.Item className={cn(item, danger && 'text-failed [&_svg]:text-failed', className)} {...props} />
}

/** One of several; the chosen one has a tick. */
export function MenuChoice({
  value,
  onChange,
  choices,
  label,
}: {
  value: string
  onChange: (value: string) => void
  choices: { value: string; label: ReactNode }[]
  label: string
}) {
  return (
    <DropdownMenu.RadioGroup value={value} onValueChange={onChange} aria-label={label}>
      <DropdownMenu.Label className="px-2 pt-1.5 pb-1 text-faint text-xs">{label}</DropdownMenu.Label>
      {choices.map((choice) => (
        <DropdownMenu.RadioItem
          key={choice.value}
          value={choice.value}
          className={item}
          onSelect={(event) => event.preventDefault()}
        >
          <span className="flex-1">{choice.label}</span>
          <DropdownMenu.ItemIndicator>
            <Check aria-hidden="true" />
          </DropdownMenu.ItemIndicator>
        </DropdownMenu.RadioItem>
      ))}
    </DropdownMenu.RadioGroup>
  )
}

export function MenuRule() {
  return <DropdownMenu.Separator className="my-1 h-px bg-line" />
}
