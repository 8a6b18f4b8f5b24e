import { dirname, relative } from 'node:path'
import { lineOf } from '@switchyard/core/config/text'
import { type Problem, SwitchyardError } from '@switchyard/core/errors'
import { describeProblem, describeReadError, type ReadFile, readConfigFile } from './config-file/read-file.ts'
import { loadAffinityKeys } from './traffic/affinity-keys.ts'
import { loadCertificates } from './traffic/tls/certificates.ts'

/**
 * `--check`: says every problem of a file, one per line with its place.
 *
 * @returns the exit code: 0 when there is none
 */
export async function check(path: string, say: { out(text: string): void; err(text: string): void }): Promise<0 | 1> {
  const near = relative(process.cwd(), path)
  const file = near.startsWith('..') ? path : near
  try {
    const { result } = await readConfigFile(path)
    const problems = result.ok ? await problemsOfSecrets(result, path) : result.problems
    if (problems.length === 0) {
      say.out(`${file} is right.\n`)
      return 0
    }
    for (const problem of problems) say.err(`${describeProblem(file, problem)}\n`)
  } catch (error) {
    say.err(`${describeReadError(file, error)}\n`)
  }
  return 1
}

/** What shows only where the files and variables are that the document refers to. */
async function problemsOfSecrets(
  { config, text, format }: Extract<ReadFile['result'], { ok: true }>,
  path: string,
): Promise<readonly Problem[]> {
  const sources = { folder: dirname(path), env: process.env }
  const loads = [() => loadCertificates(config, sources, Date.now()), () => loadAffinityKeys(config, sources)]
  const problems: Problem[] = []
  for (const load of loads) {
    try {
      await load()
    } catch (error) {
      if (!(error instanceof SwitchyardError)) throw error
      problems.push(...error.problems)
    }
  }
  return problems.map((problem) => ({ line: lineOf(text, format, problem.path), ...problem }))
}
