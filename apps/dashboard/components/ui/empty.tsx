import type { ReactNode } from 'react'

/** An empty place: what would be here in one sentence, one button, one example. */
export function Empty({
  title,
  children,
  action,
  example,
}: {
  title: ReactNode
  children: ReactNode
  action?: ReactNode
  example?: string
}) {
  return (
    <div className="rounded-lg border border-line-strong border-dashed px-6 py-10">
      <div className="mx-auto flex max-w-md flex-col items-start gap-3">
        <h2 className="font-semibold text-title">{title}</h2>
        <p className="text-muted text-sm">{children}</p>
        {example === undefined ? null : (
          <pre className="w-full overflow-x-auto rounded-md border border-line bg-panel p-3 font-mono text-muted text-xs">
            {example}
          </pre>
        )}
        {action}
      </div>
    </div>
  )
}
