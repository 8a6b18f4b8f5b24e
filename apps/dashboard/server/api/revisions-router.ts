import { z } from 'zod'
import { diffRevisions } from '../revisions/diff.ts'
import { discardDraft } from '../revisions/discard.ts'
import { getRevision } from '../revisions/get.ts'
import { listRevisions } from '../revisions/list.ts'
import { publishDraft } from '../revisions/publish.ts'
import { rollBack } from '../revisions/roll-back.ts'
import { readStatus } from '../revisions/status.ts'
import { confirmField, etagField, messageField, numberField, pageFields } from './fields.ts'
import { changeProcedure, readProcedure, router } from './procedures.ts'
import { watch } from './watch.ts'

export const revisionsRouter = router({
  status: readProcedure.query(({ ctx }) => readStatus(ctx.services)),
  watch: readProcedure.subscription(({ ctx, signal }) =>
    watch(ctx, signal, { topics: ['draft', 'head', 'nodes'] }, () => readStatus(ctx.services)),
  ),
  list: readProcedure
    .input(z.strictObject(pageFields).prefault({}))
    .query(({ ctx, input }) => listRevisions(ctx.services, input)),
  get: readProcedure
    .input(z.strictObject({ number: numberField }))
    .query(({ ctx, input }) => getRevision(ctx.services, input.number)),
  diff: readProcedure
    .input(z.strictObject({ from: numberField, to: numberField }))
    .query(({ ctx, input }) => diffRevisions(ctx.services, input)),
  publish: changeProcedure
    .input(z.strictObject({ etag: etagField, message: messageField.optional(), confirm: confirmField.optional() }))
    .mutation(({ ctx, input }) => publishDraft(ctx.services, ctx.caller, input)),
  rollback: changeProcedure
    .input(z.strictObject({ number: numberField, message: messageField.optional(), confirm: confirmField.optional() }))
    .mutation(({ ctx, input }) => rollBack(ctx.services, ctx.caller, input)),
  discard: changeProcedure
    .input(z.strictObject({ etag: etagField }))
    .mutation(({ ctx, input }) => discardDraft(ctx.services, ctx.caller, input)),
})
