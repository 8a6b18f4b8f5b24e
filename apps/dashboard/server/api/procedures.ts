import { SwitchyardError } from '@switchyard/core/errors'
import { initTRPC } from '@trpc/server'
import type { ApiContext } from './context.ts'
import { errorShape, toTrpcError } from './error-shape.ts'

const t = initTRPC.context<ApiContext>().create({
  errorFormatter: ({ shape, error }) => ({ code: shape.code, ...errorShape(error) }),
  sse: { ping: { enabled: true, intervalMs: 2000 }, client: { reconnectAfterInactivityMs: 6000 } },
})

export const { router } = t

/** Errors that callers may know about become tRPC errors here, once for all procedures. */
const speaking = t.procedure.use(async ({ next }) => {
  const result = await next()
  if (!result.ok && result.error.cause instanceof SwitchyardError) throw toTrpcError(result.error.cause)
  return result
})

/** Needs nobody. Only what leads to a session is made from it. */
export const publicProcedure = speaking

/** Reads: any session, any API token. */
export const readProcedure = speaking.use(({ ctx, next }) => {
  if (!ctx.caller) throw new SwitchyardError('unauthorized')
  return next({ ctx: { ...ctx, caller: ctx.caller } })
})

/** Changes: only administrators. */
export const changeProcedure = readProcedure.use(({ ctx, next }) => {
  if (ctx.caller.role !== 'admin') throw new SwitchyardError('forbidden')
  return next()
})

/** For a person about their own session; a token has none. */
export const sessionProcedure = readProcedure.use(({ ctx, next }) => {
  if (ctx.caller.kind !== 'user') throw new SwitchyardError('forbidden')
  return next({ ctx: { ...ctx, caller: ctx.caller } })
})
