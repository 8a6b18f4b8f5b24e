import type { Kind } from '@switchyard/core/schema/fields'
import { z } from 'zod'
import { checkResource } from '../resources/check.ts'
import { createResource } from '../resources/create.ts'
import { getResource } from '../resources/get.ts'
import { listResources } from '../resources/list.ts'
import { removeResource } from '../resources/remove.ts'
import { updateResource } from '../resources/update.ts'
import { etagField, idField } from './fields.ts'
import { changeProcedure, readProcedure, router } from './procedures.ts'

/** Parsed by the model, so that the paths of its problems are relative to the resource. */
const value = z.custom<Record<string, unknown>>(
  // Not `z.record`, which lets a field named `__proto__` vanish where it must be refused.
  (given) => typeof given === 'object' && given !== null && !Array.isArray(given),
  'write an object',
)

/** The verbs that every kind of resource has. Not yet a router: a kind may have more verbs, or say more. */
export const resourceProcedures = <K extends Kind>(kind: K) => ({
  list: readProcedure.query(({ ctx }) => listResources(ctx.services, kind)),
  get: readProcedure
    .input(z.strictObject({ id: idField }))
    .query(({ ctx, input }) => getResource(ctx.services, kind, input.id)),
  check: readProcedure
    .input(z.strictObject({ id: idField.optional(), value }))
    .query(({ ctx, input }) => checkResource(ctx.services, kind, input)),
  create: changeProcedure
    .input(z.strictObject({ value }))
    .mutation(({ ctx, input }) => createResource(ctx.services, ctx.caller, kind, input)),
  update: changeProcedure
    .input(z.strictObject({ id: idField, etag: etagField, value }))
    .mutation(({ ctx, input }) => updateResource(ctx.services, ctx.caller, kind, input)),
  remove: changeProcedure
    .input(z.strictObject({ id: idField, etag: etagField }))
    .mutation(({ ctx, input }) => removeResource(ctx.services, ctx.caller, kind, input)),
})

export const createResourceRouter = <K extends Kind>(kind: K) => router(resourceProcedures(kind))
