import { z } from 'zod'
import { explainUpstream } from '../explain/explain-balancing.ts'
import { idField, numberField } from './fields.ts'
import { readProcedure, router } from './procedures.ts'

/** A simulation of more takes seconds, in which the control plane does nothing else. */
const mostPicks = 100_000

export const explainRouter = router({
  balancing: readProcedure
    .input(
      z.strictObject({
        upstream: idField,
        picks: z.int().min(1).max(mostPicks).default(20_000),
        revision: numberField.optional(),
      }),
    )
    .query(({ ctx, input }) => explainUpstream(ctx.services, input)),
})
