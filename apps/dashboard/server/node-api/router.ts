import { reportSchema, subscribeInput } from '@switchyard/core/node-protocol'
import { initTRPC } from '@trpc/server'
import { errorShape } from '../api/error-shape.ts'
import type { Services } from '../services.ts'
import { pushRevisions } from './push-revisions.ts'
import { takeReport } from './take-report.ts'

/** One call of a node. Its token was looked at before tRPC saw the request. */
export interface NodeContext {
  readonly services: Services
  /** Whether the token is still good; a subscription may outlive it. */
  authenticate(): Promise<boolean>
}

const t = initTRPC.context<NodeContext>().create({
  errorFormatter: ({ shape, error }) => ({ code: shape.code, ...errorShape(error) }),
  sse: { ping: { enabled: true, intervalMs: 2000 }, client: { reconnectAfterInactivityMs: 6000 } },
})

/** The API of nodes, at `/api/node`. */
export const nodeRouter = t.router({
  subscribe: t.procedure
    .input(subscribeInput)
    .subscription(({ ctx, input, signal }) => pushRevisions(ctx, input, signal)),
  report: t.procedure.input(reportSchema).mutation(({ ctx, input }) => takeReport(ctx.services, input)),
})
export type NodeRouter = typeof nodeRouter
