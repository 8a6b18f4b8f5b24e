import type { ComponentProps, ReactNode } from 'react'
import { cn } from '../../lib/class-names.ts'

const box =
  'w-full rounded-md border border-line-strong bg-panel text-sm text-text transition-colors duration-100 placeholder:text-faint hover:border-muted aria-invalid:border-failed read-only:border-line read-only:bg-page disabled:cursor-not-allowed disabled:opacity-60'

/** One line of text. `mono` for addresses, paths and ids; `unit` stands inside the field. */
export function TextInput({
  className,
  mono,
  unit,
  ...props
}: ComponentProps<'input'> & { mono?: boolean; unit?: ReactNode }) {
  const input = (
    <input
      autoComplete="off"
      spellCheck={false}
      className={cn(box, 'h-8 px-2.5', mono && 'font-mono text-table', unit === undefined ? className : 'pr-14')}
      {...props}
    />
  )
  if (unit === undefined) return input
  return (
    <span className={cn('relative block', className)}>
      {input}
      <span className="pointer-events-none absolute inset-y-0 right-2.5 flex items-center text-faint text-xs">
        {unit}
      </span>
    </span>
  )
}

export function TextArea({ className, mono, ...props }: ComponentProps<'textarea'> & { mono?: boolean }) {
  return (
    <textarea
      spellCheck={false}
      className={cn(box, 'min-h-16 px-2.5 py-1.5', mono && 'font-mono text-table', className)}
      {...props}
    />
  )
}

/** What is written and never shown again. Over somebody's shoulder a key is read as easily as a password. */
export function SecretTextArea({ className, ...props }: ComponentProps<'textarea'>) {
  return (
    <TextArea
      mono
      autoComplete="off"
      className={cn(
        'text-xs leading-4 [-webkit-text-security:disc] placeholder-shown:[-webkit-text-security:none]',
        className,
      )}
      {...props}
    />
  )
}

/** The browser's own select: the best one on a phone and with a screen reader. */
export function Select({ className, children, ...props }: ComponentProps<'select'>) {
  return (
    <select
      className={cn(
        box,
        'h-8 appearance-none truncate read-only:border-line-strong read-only:bg-panel bg-[length:12px_12px] bg-[position:right_10px_center] bg-no-repeat pr-8 pl-2.5',
        'bg-[url("data:image/svg+xml,%3Csvg%20xmlns=%27http://www.w3.org/2000/svg%27%20viewBox=%270%200%2012%2012%27%20fill=%27none%27%20stroke=%27%23888892%27%20stroke-width=%271.5%27%3E%3Cpath%20d=%27m3%204.5%203%203%203-3%27/%3E%3C/svg%3E")]',
        className,
      )}
      {...props}
    >
      {children}
    </select>
  )
}
