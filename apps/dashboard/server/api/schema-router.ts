import { describe } from '@switchyard/core/schema/describe'
import { model } from '@switchyard/middleware/model'
import { readProcedure, router } from './procedures.ts'

/** The fields of every kind as plain data, from which forms are made; the same for as long as the program runs. */
const fields = {
  listeners: describe(model.kinds.listeners),
  upstreams: describe(model.kinds.upstreams),
  routes: describe(model.kinds.routes),
  middleware: describe(model.kinds.middleware),
  certificates: describe(model.kinds.certificates),
}

export const schemaRouter = router({ get: readProcedure.query(() => fields) })
