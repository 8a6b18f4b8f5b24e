import { readInteger } from '../arguments.ts'
import type { Answer, Session, World } from '../command.ts'
import { describeNodes, failureOf } from './describe-nodes.ts'
import { isConverged, type NodeProgress } from './judge-nodes.ts'
import { waitForNodes } from './wait-for-nodes.ts'

/** The option of every command that publishes. */
export const waitOption = {
  value: 'SECONDS',
  optional: true,
  help: 'Wait until every node that is not silent serves it (60 s, or as many as given)',
} as const

/** What a command that publishes says of the nodes; nulls when nobody asked it to wait. */
export interface Serving {
  converged: boolean | null
  nodes: NodeProgress[] | null
}

/** The time to wait in seconds, if one is to wait. */
export const readWait = (given: string | true | undefined): number | undefined =>
  given === undefined ? undefined : given === true ? 60 : readInteger('--wait', given, 1, 3600)

/** Completes the answer of a command that published `number`, waiting for its nodes where `seconds` are given. */
export async function seeItServe(
  world: World,
  session: Session,
  number: number,
  seconds: number | undefined,
  { value, lines }: { value: object; lines: readonly string[] },
): Promise<Answer> {
  if (seconds === undefined) return { value: { ...value, ...notAsked }, lines }
  world.note(`Waiting for the nodes to serve r${number}.`)
  const nodes = await waitForNodes(world, session, number, seconds * 1000)
  const failure = failureOf(number, nodes, seconds)
  const serving: Serving = { converged: isConverged(nodes), nodes }
  return {
    value: { ...value, ...serving },
    lines: [...lines, ...describeNodes(number, nodes)],
    ...(failure !== undefined && { failure }),
  }
}

export const notAsked: Serving = { converged: null, nodes: null }
