import type { Problem } from '../errors.ts'
import { formatPath, type Path } from '../schema/path.ts'

/** Something wrong at one place, before its path is written out. */
export interface Finding {
  readonly at: Path
  readonly message: string
}

/** So many problems are told at once; beyond that nobody reads them. */
const mostProblems = 100

/** Findings as problems, the first hundred of them. `lineOf` finds the line of a place, where there is a text. */
export function toProblems(findings: readonly Finding[], lineOf?: (path: Path) => number | undefined): Problem[] {
  const told = findings.length > mostProblems ? findings.slice(0, mostProblems - 1) : findings
  const problems = told.map(({ at, message }): Problem => {
    const line = lineOf?.(at)
    return { path: formatPath(at), message, ...(line !== undefined && { line }) }
  })
  if (told.length < findings.length) {
    problems.push({ path: '', message: `… and ${findings.length - told.length} more` })
  }
  return problems
}

/** The same findings, one step or several further in. */
export function within(path: Path, findings: Iterable<Finding>): Finding[] {
  return [...findings].map(({ at, message }) => ({ at: [...path, ...at], message }))
}
