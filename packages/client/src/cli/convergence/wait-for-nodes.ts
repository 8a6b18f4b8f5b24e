import { toFailure } from '../api-failure.ts'
import type { Session, World } from '../command.ts'
import { exitCodes } from '../exit-codes.ts'
import { Failure, refused } from '../failure.ts'
import type { NodeView } from '../outputs.ts'
import { isDecided, judgeNodes, type NodeProgress } from './judge-nodes.ts'

/** Follows the nodes until each that speaks has applied or rejected the revision, or until the time is up. */
export async function waitForNodes(
  { signal }: World,
  { client, url }: Session,
  number: number,
  withinMs: number,
): Promise<NodeProgress[]> {
  const explain = (error: unknown) => (signal.aborted ? interrupted(number) : published(number, toFailure(error)))
  const asked = client.revisions.list.query({ before: number + 1, limit: 1 })
  const [revision] = await asked.catch((error: unknown) => {
    throw explain(error)
  })
  if (revision?.number !== number) throw refused('not_found', `There is no revision ${number}.`)
  const { hash } = revision
  const newer = new Set<string>()

  return new Promise((resolve, reject) => {
    let latest: NodeProgress[] = []
    let lost: Failure | undefined

    const look = async (nodes: readonly NodeView[]) => {
      lost = undefined
      if (nodes.some(({ serving, outcome }) => isStrange(serving) || isStrange(outcome))) {
        for (const one of await client.revisions.list.query({ limit: 200 })) {
          if (one.number > number) newer.add(one.hash)
        }
      }
      latest = judgeNodes({ number, hash }, newer, nodes)
      if (isDecided(latest)) finish(() => resolve(latest))
    }
    const isStrange = (said: { number: number; hash: string } | null) =>
      said !== null && said.number > number && said.hash !== hash && !newer.has(said.hash)

    const fail = (error: unknown) => finish(() => reject(explain(error)))
    const finish = (end: () => void) => {
      clearTimeout(timer)
      signal.removeEventListener('abort', interrupt)
      subscription.unsubscribe()
      end()
    }
    const interrupt = () => fail(undefined)
    const timer = setTimeout(() => finish(() => (lost ? reject(lost) : resolve(latest))), withinMs)
    const subscription = client.nodes.watch.subscribe(undefined, {
      onData: (nodes) => void look(nodes).catch(fail),
      onError: fail,
      onConnectionStateChange({ state, error }) {
        if (state !== 'connecting' || !error) return
        lost = published(number, new Failure('unreachable', exitCodes.unreachable, `${url} was lost.`))
      },
    })
    signal.addEventListener('abort', interrupt)
    if (signal.aborted) interrupt()
  })
}

/** Whoever reads only this must know that the revision exists. */
function published<E>(number: number, error: E): E | Failure {
  if (!(error instanceof Failure)) return error
  const message = `r${number} is published, but how it serves is not known: ${error.message}`
  return new Failure(error.code, error.exitCode, message, error.problems)
}

const interrupted = (number: number) =>
  new Failure('interrupted', exitCodes.interrupted, `Interrupted; r${number} is published all the same.`)
