import type { ReactNode } from 'react'

/** A screen: its title, what can be done at its right, and its content, at most 1280 px wide. */
export function Page({
  name,
  title = name,
  lead,
  actions,
  children,
}: {
  /** For the browser's tab. */
  name: string
  /** What stands above the content, where that is more than the name. */
  title?: ReactNode
  lead?: ReactNode
  actions?: ReactNode
  children: ReactNode
}) {
  return (
    <div className="mx-auto w-full max-w-[1280px] space-y-4 px-4 py-5 sm:px-6">
      <title>{`${name} · Switchyard`}</title>
      <div className="flex min-h-8 flex-wrap items-center gap-x-4 gap-y-2">
        <div className="min-w-0 flex-1">
          <h1 className="truncate font-semibold text-title">{title}</h1>
          {lead === undefined ? null : <div className="text-muted text-table">{lead}</div>}
        </div>
        {actions === undefined ? null : <div className="flex flex-wrap items-center gap-2">{actions}</div>}
      </div>
      {children}
    </div>
  )
}
