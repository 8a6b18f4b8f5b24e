import { SwitchyardError } from '@switchyard/core/errors'
import { revisionId, type Snapshot, type SubscribeInput } from '@switchyard/core/node-protocol'
import { type TrackedEnvelope, tracked } from '@trpc/server'
import { toTrpcError } from '../api/error-shape.ts'
import type { Services } from '../services.ts'
import type { NodeContext } from './router.ts'

/** How often the token is looked at again, and the head for what another process published. */
const lookAgainMs = 5000

/**
 * Yields the head with its secrets, unless the node has it, and then each newer one; also the same with another secret. It listens before it reads, so that nothing falls
 * between; the signal carries no data, so that a slow node skips to the newest. When the head cannot be read, or
 * there is none, nothing is sent: the node keeps what it serves.
 */
export async function* pushRevisions(
  { services, authenticate }: NodeContext,
  input: SubscribeInput,
  signal: AbortSignal | undefined,
): AsyncGenerator<TrackedEnvelope<Snapshot>, void> {
  const follower = services.signals.follow(['head', 'secrets', 'access'], signal, services.closing)
  services.log.info({ node: input.node, serving: input.serving?.number }, 'node subscribed')
  try {
    let readable = true
    let sent = knownTo(input)
    while (!follower.ended) {
      const head = await readHead(services, readable)
      readable = head !== 'unreadable'
      if (head && head !== 'unreadable' && revisionId(head) !== sent) {
        sent = revisionId(head)
        yield tracked(sent, head)
      }
      await follower.next(lookAgainMs)
      if (!follower.ended && !(await authenticate())) throw toTrpcError(new SwitchyardError('unauthorized'))
    }
  } finally {
    follower.close()
    services.log.info({ node: input.node }, 'node unsubscribed')
  }
}

/**
 * The revision that the node says it has: the last one it received, else the one it serves. One of this number with
 * another hash, or of a higher number, is from another history: that node gets the head whole.
 */
const knownTo = ({ lastEventId, serving }: SubscribeInput): string | undefined =>
  lastEventId ?? (serving ? revisionId(serving) : undefined)

/** The head with the values of its secrets. Says once that it became unreadable, not every time it is looked for. */
async function readHead(services: Services, wasReadable: boolean): Promise<Snapshot | undefined | 'unreadable'> {
  try {
    const head = await services.heads.read()
    if (!head) return undefined
    const { number, hash, document, publishedAt } = head
    const secrets = await services.secrets.read(head.config)
    return { number, hash, document, publishedAt, ...(secrets && { secrets }) }
  } catch (error) {
    if (wasReadable) services.log.error({ err: error }, 'the head revision cannot be read; nothing is pushed')
    return 'unreadable'
  }
}
