import { z } from 'zod'
import { applyConfig } from '../config/apply.ts'
import { diffConfig } from '../config/diff.ts'
import { exportConfig } from '../config/export.ts'
import { validateConfig } from '../config/validate.ts'
import { confirmField, messageField } from './fields.ts'
import { changeProcedure, readProcedure } from './procedures.ts'

const format = z.enum(['yaml', 'json'])

/** 10 MB as bytes is checked where the body arrives; the same bound on characters keeps it true for every way in. */
const written = { text: z.string().max(10_000_000), format }

/**
 * A plain object, which the API's router takes as well: `router` refuses the name `apply` at its own level, lest somebody
 * take it for the method of a function. No client of ours calls it so.
 */
export const configRouter = {
  export: readProcedure
    .input(z.strictObject({ format }))
    .query(({ ctx, input }) => exportConfig(ctx.services, input.format)),
  validate: readProcedure.input(z.strictObject(written)).query(({ ctx, input }) => validateConfig(ctx.services, input)),
  diff: readProcedure.input(z.strictObject(written)).query(({ ctx, input }) => diffConfig(ctx.services, input)),
  apply: changeProcedure
    .input(
      z.strictObject({
        ...written,
        prune: z.boolean().optional(),
        publish: z.boolean().optional(),
        message: messageField.optional(),
        confirm: confirmField.optional(),
      }),
    )
    .mutation(({ ctx, input }) => applyConfig(ctx.services, ctx.caller, input)),
}
