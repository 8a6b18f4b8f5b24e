import { SwitchyardError } from '@switchyard/core/errors'
import type { Topic } from '../signals.ts'
import type { ApiContext } from './context.ts'
import { toTrpcError } from './error-shape.ts'

/** How often the caller's right is looked at again while nothing happens. */
const authenticateMs = 5000

/**
 * Yields what `read` gives: at once, and after each of the topics (with `everyMs`, also as time goes by). Ends when
 * the caller loses the right to see it, which an expired or revoked session does in mid-stream.
 */
export async function* watch<T>(
  ctx: ApiContext,
  signal: AbortSignal | undefined,
  when: { topics: readonly Topic[]; everyMs?: number },
  read: () => Promise<T> | T,
): AsyncGenerator<T, void> {
  const { services } = ctx
  const follower = services.signals.follow([...when.topics, 'access'], signal, services.closing)
  try {
    let authenticatedAt = services.now()
    let due = true
    while (!follower.ended) {
      if (due) yield await read()
      const woken = await follower.next(when.everyMs ?? authenticateMs)
      if (follower.ended) return
      if (woken || services.now() - authenticatedAt >= authenticateMs) {
        // As a tRPC error: what is thrown in mid-stream does not pass the procedure any more, and would be one of ours.
        if (!(await ctx.authenticate())) throw toTrpcError(new SwitchyardError('unauthorized'))
        authenticatedAt = services.now()
      }
      due = woken || when.everyMs !== undefined
    }
  } finally {
    follower.close()
  }
}
