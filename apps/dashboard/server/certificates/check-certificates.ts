import type { Config } from '@switchyard/core/config/model'
import { type Problem, SwitchyardError } from '@switchyard/core/errors'
import type { Transaction } from '../database/open.ts'
import type { Services } from '../services.ts'

type Checks = Pick<Services, 'certificates'>

/** As many as are told of a document that is wrong otherwise. */
const mostProblems = 100

/** What keeps the certificates of a document from being served, each at its path: `certificates[0].key`. */
export async function checkCertificates(
  { certificates }: Checks,
  tx: Transaction,
  config: Pick<Config, 'certificates'>,
): Promise<Problem[]> {
  const found = await certificates.check(tx, config.certificates)
  const problems = found.flatMap((ofOne, index) =>
    ofOne.map(({ path, message }) => ({ path: `certificates[${index}].${path}`, message })),
  )
  return problems.slice(0, mostProblems)
}

/** Throws `invalid` for a configuration that no node could serve for its certificates: before it is published. */
export async function refuseBadCertificates(checks: Checks, tx: Transaction, config: Config): Promise<void> {
  const problems = await checkCertificates(checks, tx, config)
  if (problems.length > 0) throw new SwitchyardError('invalid', { problems })
}
