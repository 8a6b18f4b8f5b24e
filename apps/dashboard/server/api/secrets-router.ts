import { longestSecret } from '@switchyard/core/node-protocol'
import { slug } from '@switchyard/core/schema/fields'
import { z } from 'zod'
import { listSecrets } from '../secrets/list.ts'
import { removeSecret } from '../secrets/remove.ts'
import { setSecret } from '../secrets/set.ts'
import { idField } from './fields.ts'
import { changeProcedure, readProcedure, router } from './procedures.ts'

/** There is nothing here that answers with a value. */
export const secretsRouter = router({
  list: readProcedure.query(({ ctx }) => listSecrets(ctx.services)),
  set: changeProcedure
    .input(z.strictObject({ name: slug(), value: z.string().min(1).max(longestSecret) }))
    .mutation(({ ctx, input }) => setSecret(ctx.services, ctx.caller, input)),
  remove: changeProcedure
    .input(z.strictObject({ name: idField }))
    .mutation(({ ctx, input }) => removeSecret(ctx.services, ctx.caller, input)),
})
