import { readProcedure, router } from './procedures.ts'
import { watch } from './watch.ts'

export const trafficRouter = router({
  summary: readProcedure.query(({ ctx }) => ctx.services.traffic.summary(ctx.services.now())),
  watch: readProcedure.subscription(({ ctx, signal }) =>
    watch(ctx, signal, { topics: [], everyMs: 2000 }, () => ctx.services.traffic.summary(ctx.services.now())),
  ),
})
