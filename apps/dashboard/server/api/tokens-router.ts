import { z } from 'zod'
import { createToken } from '../tokens/create.ts'
import { listTokens } from '../tokens/list.ts'
import { removeToken } from '../tokens/remove.ts'
import { idField } from './fields.ts'
import { changeProcedure, router } from './procedures.ts'

/** Tokens are for administrators only. */
export const tokensRouter = router({
  list: changeProcedure.query(({ ctx }) => listTokens(ctx.services)),
  create: changeProcedure
    .input(
      z.strictObject({
        name: z.string().trim().min(1).max(100),
        kind: z.enum(['api', 'node']),
        role: z.enum(['admin', 'viewer']).optional(),
        expiresInDays: z.int().min(1).max(3650).optional(),
      }),
    )
    .mutation(({ ctx, input }) => createToken(ctx.services, ctx.caller, input)),
  remove: changeProcedure
    .input(z.strictObject({ id: idField }))
    .mutation(({ ctx, input }) => removeToken(ctx.services, ctx.caller, input.id)),
})
