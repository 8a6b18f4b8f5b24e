import { HeaderList } from '@switchyard/core/http/header-list'
import { defineMiddleware } from '@switchyard/core/middleware/contract'
import { fields } from '@switchyard/core/schema/fields'
import { z } from 'zod'

export const respond = defineMiddleware({
  type: 'respond',
  title: 'Respond',
  description: 'Answers by itself; nothing is forwarded.',
  options: {
    status: z
      .int()
      .min(200)
      .max(599)
      .default(200)
      .register(fields, { title: 'Status', description: 'The status of the answer.' }),
    body: z
      .string()
      .max(1_048_576)
      .default('')
      .register(fields, { title: 'Body', description: 'The body of the answer, as text.' }),
  },
  create: (options) =>
    function respond(ctx) {
      ctx.response = { status: options.status, headers: new HeaderList(), body: options.body }
    },
})
