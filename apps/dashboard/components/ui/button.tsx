import { cva, type VariantProps } from 'class-variance-authority'
import { Slot } from 'radix-ui'
import type { ComponentProps } from 'react'
import { cn } from '../../lib/class-names.ts'

const button = cva(
  'inline-flex shrink-0 items-center justify-center gap-1.5 whitespace-nowrap rounded-md font-medium transition-colors duration-100 disabled:cursor-not-allowed disabled:opacity-50 [&_svg]:size-4 [&_svg]:shrink-0',
  {
    variants: {
      look: {
        primary: 'bg-accent text-on-accent hover:bg-accent-strong active:bg-accent-strong',
        plain: 'border border-line-strong bg-panel text-text hover:bg-hover active:bg-pressed',
        quiet: 'text-muted hover:bg-hover hover:text-text active:bg-pressed',
        danger: 'border border-failed/50 bg-panel text-failed hover:bg-failed-soft active:bg-failed-soft',
      },
      size: {
        normal: 'h-8 px-3 text-table',
        small: 'h-7 px-2 text-table',
        icon: 'size-8 p-0',
        'icon-small': 'size-7 p-0',
      },
    },
    defaultVariants: { look: 'plain', size: 'normal' },
  },
)

interface ButtonProps extends ComponentProps<'button'>, VariantProps<typeof button> {
  /** Renders its child (a link) with the looks of a button. */
  asChild?: boolean
}

export function Button({ className, look, size, asChild, type = 'button', ...props }: ButtonProps) {
  const classes = cn(button({ look, size }), className)
  return asChild ? <Slot.Root className={classes} {...props} /> : <button type={type} className={classes} {...props} />
}
