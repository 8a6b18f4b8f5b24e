import type { AppRouter } from '@switchyard/dashboard/api'
import type { inferRouterOutputs } from '@trpc/server'

/** What the procedures of the API answer. */
type Outputs = inferRouterOutputs<AppRouter>

export type Change = Outputs['config']['diff'][number]
export type NodeView = Outputs['nodes']['list'][number]
export type RevisionView = Outputs['revisions']['list'][number]
