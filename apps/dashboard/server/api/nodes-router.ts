import { z } from 'zod'
import { getNode } from '../nodes/get.ts'
import { joinCommand } from '../nodes/join.ts'
import { listNodes } from '../nodes/list.ts'
import { removeNode } from '../nodes/remove.ts'
import { idField } from './fields.ts'
import { changeProcedure, readProcedure, router } from './procedures.ts'
import { watch } from './watch.ts'

/** Nodes report every 2 s, and `secondsSinceHeard` moves as fast. */
const everyMs = 2000

export const nodesRouter = router({
  list: readProcedure.query(({ ctx }) => listNodes(ctx.services)),
  get: readProcedure
    .input(z.strictObject({ name: idField }))
    .query(({ ctx, input }) => getNode(ctx.services, input.name)),
  watch: readProcedure.subscription(({ ctx, signal }) =>
    watch(ctx, signal, { topics: ['nodes', 'head'], everyMs }, () => listNodes(ctx.services)),
  ),
  remove: changeProcedure
    .input(z.strictObject({ name: idField }))
    .mutation(({ ctx, input }) => removeNode(ctx.services, ctx.caller, input.name)),
  join: changeProcedure
    .input(z.strictObject({}).prefault({}))
    .mutation(({ ctx }) => joinCommand(ctx.services, ctx.caller)),
})
