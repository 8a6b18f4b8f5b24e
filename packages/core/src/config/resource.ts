import { z } from 'zod'
import { fields, slug } from '../schema/fields.ts'

/** What every resource may carry. */
export const resourceFields = {
  title: z
    .string()
    .max(200)
    .optional()
    .register(fields, { title: 'Title', description: 'A name for people, shown beside the id.', advanced: true }),
  description: z.string().max(2000).optional().register(fields, {
    title: 'Description',
    description: 'Why this is here, for the next reader.',
    advanced: true,
    multiline: true,
  }),
  labels: z
    .record(z.string().min(1).max(63), z.string().max(255))
    .optional()
    .register(fields, { title: 'Labels', description: 'Your own keys and values, to filter by.', advanced: true }),
}

/** The id of a resource; unique within its kind. */
export const id = (thing: string, example?: string) =>
  slug().register(fields, {
    title: 'Id',
    description: `Names the ${thing}. Lower-case letters, digits and dashes.`,
    ...(example === undefined ? {} : { example }),
  })

/** A whole number of milliseconds; 0 is off unless the description says otherwise. */
export const milliseconds = (
  words: { title: string; description: string; advanced?: true },
  fallback: number,
  min = 0,
) =>
  z
    .int()
    .min(min)
    .max(86_400_000)
    .default(fallback)
    .register(fields, { ...words, unit: 'ms' })
