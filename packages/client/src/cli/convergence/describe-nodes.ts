import { exitCodes } from '../exit-codes.ts'
import { Failure } from '../failure.ts'
import { table } from '../terminal/table.ts'
import { isConverged, type NodeProgress } from './judge-nodes.ts'

/** A state is a shape and a word. */
export const shapes = { applied: '●', pending: '◐', rejected: '■', unknown: '◌' } as const

/** What became of a revision at the nodes, for people. */
export function describeNodes(number: number, nodes: readonly NodeProgress[]): string[] {
  const rows = nodes.map((node) => [node.name, `${shapes[node.state]} ${node.state}`, remarkOf(node)])
  const [, ...lines] = table([{ title: '' }, { title: '' }, { title: '' }], rows)
  return [headline(number, nodes), ...lines.map((line) => `  ${line}`)]
}

function headline(number: number, nodes: readonly NodeProgress[]): string {
  const applied = nodes.filter(({ state }) => state === 'applied')
  const silent = nodes.filter(({ state }) => state === 'unknown').map(({ name }) => name)
  const slowest = Math.max(0, ...applied.map(({ ms }) => ms ?? 0))
  const took = slowest > 0 ? `, the slowest after ${Math.ceil(slowest)} ms` : ''
  const unheard = silent.length > 0 ? `; silent: ${silent.join(', ')}` : ''
  return `r${number} serves on ${applied.length} of ${nodes.length} ${nodes.length === 1 ? 'node' : 'nodes'}${took}${unheard}.`
}

function remarkOf({ state, ms, code, message, silentSeconds }: NodeProgress): string {
  if (state === 'rejected') return `${code}: ${message}`
  if (state === 'unknown') return `silent for ${silentSeconds} s`
  return ms === undefined ? '' : `${Math.ceil(ms)} ms`
}

/** Why a revision does not serve everywhere, if so. */
export function failureOf(number: number, nodes: readonly NodeProgress[], seconds: number): Failure | undefined {
  if (isConverged(nodes)) return undefined
  const rejected = nodes.filter(({ state }) => state === 'rejected')
  if (rejected.length > 0) {
    const problems = rejected.flatMap(({ name, message = '', problems = [] }) =>
      (problems.length > 0 ? problems : [{ path: '', message }]).map((problem) => ({
        path: problem.path,
        message: `${name}: ${problem.message}`,
      })),
    )
    const names = rejected.map(({ name }) => name).join(', ')
    return new Failure('rejected', exitCodes.notServing, `r${number} is rejected by ${names}.`, problems)
  }
  const pending = nodes.filter(({ state }) => state === 'pending').map(({ name }) => name)
  const why =
    pending.length > 0
      ? `not served by ${pending.join(', ')}`
      : nodes.length > 0
        ? 'served by nobody: every node is silent'
        : 'served by nobody: there is no node'
  return new Failure('not_converged', exitCodes.notServing, `After ${seconds} s r${number} is ${why}.`)
}
