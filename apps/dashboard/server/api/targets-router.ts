import { z } from 'zod'
import { changeTarget } from '../targets/change-target.ts'
import { etagField, idField } from './fields.ts'
import { changeProcedure, router } from './procedures.ts'

const which = { upstream: idField, target: idField, etag: etagField, publish: z.boolean().optional() }

export const targetsRouter = router({
  setWeight: changeProcedure
    .input(z.strictObject({ ...which, weight: z.number() }))
    .mutation(({ ctx, input: { weight, ...input } }) => changeTarget(ctx.services, ctx.caller, input, { weight })),
  drain: changeProcedure
    .input(z.strictObject(which))
    .mutation(({ ctx, input }) => changeTarget(ctx.services, ctx.caller, input, { drain: true })),
  undrain: changeProcedure
    .input(z.strictObject(which))
    .mutation(({ ctx, input }) => changeTarget(ctx.services, ctx.caller, input, { drain: false })),
  setEnabled: changeProcedure
    .input(z.strictObject({ ...which, enabled: z.boolean() }))
    .mutation(({ ctx, input: { enabled, ...input } }) => changeTarget(ctx.services, ctx.caller, input, { enabled })),
})
