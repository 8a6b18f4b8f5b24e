import { HeaderList } from '@switchyard/core/http/header-list'
import { defineMiddleware } from '@switchyard/core/middleware/contract'
import { fields } from '@switchyard/core/schema/fields'
import { z } from 'zod'
import { checkFieldNames, fieldRecord } from './field-schema.ts'

/** Answers that end with their head (RFC 9110, 15.3.5, 15.3.6 and 15.4.5). */
const bodiless = [204, 205, 304]

export const respond = defineMiddleware({
  type: 'respond',
  title: 'Respond',
  description: 'Answers by itself; nothing is forwarded.',
  answers: true,
  options: {
    status: z
      .int()
      .min(200)
      .max(599)
      .default(200)
      .register(fields, { title: 'Status', description: 'The status of the answer.' }),
    headers: fieldRecord({
      title: 'Headers',
      description: 'Headers of the answer. A body without a content-type is sent as plain text in UTF-8.',
    }),
    body: z
      .string()
      .max(1_048_576)
      .default('')
      .register(fields, { title: 'Body', description: 'The body of the answer, as text.', multiline: true }),
  },
  create: ({ status, headers, body }) => {
    const answer = new HeaderList()
    for (const [name, value] of Object.entries(headers)) answer.append(name, value)
    if (body !== '' && !answer.has('content-type')) answer.append('content-type', 'text/plain; charset=utf-8')

    return function respond(ctx) {
      ctx.response = { status, headers: answer.clone(), body: body === '' ? undefined : body }
    }
  },
  check: ({ status, headers, body }) => [
    ...checkFieldNames(Object.keys(headers)).map(({ name, message }) => ({ path: ['headers', name], message })),
    ...(body !== '' && bodiless.includes(status) ? [{ path: ['body'], message: `a ${status} has no body` }] : []),
  ],
})
