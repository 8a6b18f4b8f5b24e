import type { Problem } from '@switchyard/core/errors'

/** What is wrong, each with its place. */
export function ProblemList({ problems }: { problems: readonly Problem[] }) {
  if (problems.length === 0) return null
  return (
    <ul className="mt-1 space-y-0.5 text-table">
      {problems.slice(0, 20).map(({ path, message }) => (
        <li key={`${path} ${message}`}>
          {path === '' ? null : <code className="mr-2 break-all font-mono text-muted text-xs">{path}</code>}
          {message}
        </li>
      ))}
    </ul>
  )
}
