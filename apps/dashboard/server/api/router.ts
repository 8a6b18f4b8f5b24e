import { auditRouter } from './audit-router.ts'
import { authRouter } from './auth-router.ts'
import { certificatesRouter } from './certificates-router.ts'
import { configRouter } from './config-router.ts'
import { explainRouter } from './explain-router.ts'
import { healthRouter } from './health-router.ts'
import { nodesRouter } from './nodes-router.ts'
import { router } from './procedures.ts'
import { createResourceRouter } from './resource-router.ts'
import { revisionsRouter } from './revisions-router.ts'
import { schemaRouter } from './schema-router.ts'
import { secretsRouter } from './secrets-router.ts'
import { targetsRouter } from './targets-router.ts'
import { tokensRouter } from './tokens-router.ts'
import { trafficRouter } from './traffic-router.ts'
import { usersRouter } from './users-router.ts'

/** The API of dashboard, scripts and CLI, at `/api/trpc`. */
export const appRouter = router({
  auth: authRouter,
  listeners: createResourceRouter('listeners'),
  upstreams: createResourceRouter('upstreams'),
  routes: createResourceRouter('routes'),
  middleware: createResourceRouter('middleware'),
  certificates: certificatesRouter,
  targets: targetsRouter,
  secrets: secretsRouter,
  config: configRouter,
  revisions: revisionsRouter,
  nodes: nodesRouter,
  traffic: trafficRouter,
  health: healthRouter,
  explain: explainRouter,
  schema: schemaRouter,
  users: usersRouter,
  tokens: tokensRouter,
  audit: auditRouter,
})
export type AppRouter = typeof appRouter
