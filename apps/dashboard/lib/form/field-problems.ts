import type { Problem } from '@switchyard/core/errors'
import { formatPath, type Path } from '@switchyard/core/schema/path'

/** What is wrong exactly here. */
export const problemAt = (problems: readonly Problem[], path: Path): string | undefined => {
  const text = formatPath(path)
  return problems.find((problem) => problem.path === text)?.message
}

/** How many things are wrong here and further in. */
export function problemsWithin(problems: readonly Problem[], path: Path): number {
  const text = formatPath(path)
  return problems.filter(
    (problem) => problem.path === text || problem.path.startsWith(`${text}.`) || problem.path.startsWith(`${text}[`),
  ).length
}

/** Where something was typed or left, and what lies around it: an error is told there, not in fields still to come. */
export function isTouched(touched: ReadonlySet<string>, path: string): boolean {
  if (touched.has(path)) return true
  for (const place of touched) {
    // A list that is too short is told when one of its items was touched.
    if (path !== '' && (place.startsWith(`${path}.`) || place.startsWith(`${path}[`))) return true
  }
  return false
}
