import { z } from 'zod'
import { readTimeline } from '../health/timeline.ts'
import { idField, pageFields } from './fields.ts'
import { readProcedure, router } from './procedures.ts'
import { watch } from './watch.ts'

/** Weights in slow start, and what draining targets are still serving, move as time goes by. */
const everyMs = 2000

export const healthRouter = router({
  summary: readProcedure.query(({ ctx }) => ctx.services.health.summary(ctx.services.now())),
  watch: readProcedure.subscription(({ ctx, signal }) =>
    watch(ctx, signal, { topics: ['nodes', 'health'], everyMs }, () => ctx.services.health.summary(ctx.services.now())),
  ),
  timeline: readProcedure
    .input(z.strictObject({ upstream: idField, target: idField.optional(), ...pageFields }))
    .query(({ ctx, input }) => readTimeline(ctx.services.db, input)),
})
