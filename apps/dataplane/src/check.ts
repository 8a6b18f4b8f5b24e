import { relative } from 'node:path'
import { describeProblem, describeReadError, readConfigFile } from './config-file/read-file.ts'

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
    if (result.ok) {
      say.out(`${file} is right.\n`)
      return 0
    }
    for (const problem of result.problems) say.err(`${describeProblem(file, problem)}\n`)
  } catch (error) {
    say.err(`${describeReadError(file, error)}\n`)
  }
  return 1
}
