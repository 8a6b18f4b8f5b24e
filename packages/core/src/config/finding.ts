import type { Problem } from '../errors.ts'
import { formatPath, type Path } from '../schema/path.ts'

/** Something wrong at one place, before its path is written out. */
export interface Finding {
  readonly at: Path
  readonly message: string
}

/** So many problems are told at once; beyond that nobody reads them. */
const mostProblems = 100

/** Findings as problems. `lineOf` finds the line of a place, where there is a text. */
export function toProblems(findings: readonly Finding[], lineOf?: (path: Path) => number): Problem[] {
  return findings.map(({ at, message }) => {
    const problem = { path: formatPath(at), message }
    return lineOf === undefined ? problem : { ...problem, line: lineOf(at) }
  })
}

/** The first hundred, and how many more there are. */
export function toFirstProblems(findings: readonly Finding[], lineOf?: (path: Path) => number): Problem[] {
  if (findings.length <= mostProblems) return toProblems(findings, lineOf)
  const told = findings.slice(0, mostProblems - 1)
  return [...toProblems(told, lineOf), { path: '', message: `… and ${findings.length - told.length} more` }]
}

/** The same findings, one step or several further in. */
export function within(path: Path, findings: Iterable<Finding>): Finding[] {
  return [...findings].map(({ at, message }) => ({ at: [...path, ...at], message }))
}
