import { z } from 'zod'
import { listAudit } from '../audit/list.ts'
import { pageFields } from './fields.ts'
import { readProcedure, router } from './procedures.ts'

export const auditRouter = router({
  list: readProcedure
    .input(z.strictObject(pageFields).prefault({}))
    .query(({ ctx, input }) => listAudit(ctx.services, input)),
})
