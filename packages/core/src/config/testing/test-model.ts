import { z } from 'zod'
import { defineMiddleware } from '../../middleware/contract.ts'
import { fields } from '../../schema/fields.ts'
import { createModel } from '../model.ts'

/** A catalogue of two, to test core by itself: one that answers, one that passes on. */
export const testModel = createModel([
  defineMiddleware({
    type: 'answer',
    title: 'Answer',
    description: 'Answers by itself.',
    options: {
      status: z
        .int()
        .min(200)
        .max(599)
        .default(200)
        .register(fields, { title: 'Status', description: 'Of the answer.' }),
      headers: z
        .record(z.string().min(1).max(20), z.string().max(20))
        .default({})
        .register(fields, { title: 'Headers', description: 'Of the answer.' }),
    },
    answers: true,
    create: () => () => {},
  }),
  defineMiddleware({
    type: 'pass',
    title: 'Pass',
    description: 'Passes on.',
    options: {
      low: z.int().min(0).default(0).register(fields, { title: 'Low', description: 'Not above high.' }),
      high: z.int().min(0).optional().register(fields, { title: 'High', description: 'Not below low.' }),
    },
    create: () => (_ctx, next) => next(),
    check: ({ low, high }) =>
      high !== undefined && low > high ? [{ path: ['low'], message: 'must not be above high' }] : [],
  }),
])
