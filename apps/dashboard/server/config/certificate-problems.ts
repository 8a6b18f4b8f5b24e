import type { Config } from '@switchyard/core/config/model'
import { linesIn } from '@switchyard/core/config/text'
import type { Problem } from '@switchyard/core/errors'
import { checkCertificates } from '../certificates/check-certificates.ts'
import type { Transaction } from '../database/open.ts'
import type { Services } from '../services.ts'
import type { DocumentText } from './read-text.ts'

/** What keeps the certificates of a document from being served, each at its path and line. */
export async function certificateProblems(
  services: Services,
  tx: Transaction,
  config: Config,
  { text, format }: DocumentText,
): Promise<Problem[]> {
  const problems = await checkCertificates(services, tx, config)
  if (problems.length === 0) return problems
  const lineOf = linesIn(text, format)
  return problems.map((problem) => ({ ...problem, line: lineOf(problem.path) }))
}
