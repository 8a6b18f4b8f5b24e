import { z } from 'zod'
import { fields } from '../schema/fields.ts'
import { milliseconds } from './resource.ts'

/** When an upstream as a whole is spared. Each worker has one of its own. */
export const breaker = z.strictObject({
  maxInFlight: z.int().min(0).max(1_000_000).default(0).register(fields, {
    title: 'Requests at once',
    description:
      'So many may be in hand at all targets together, per worker; further ones wait in the queue. 0 is off.',
  }),
  failurePercent: z.int().min(0).max(100).default(50).register(fields, {
    title: 'Share of failures',
    description:
      'It opens when so many of the attempts fail to connect, are reset, are too late, or are answered 502 to 504. 0 is off.',
    unit: 'percent',
  }),
  windowMs: milliseconds({ title: 'Window', description: 'Over this time.' }, 10_000, 1000),
  minRequests: z.int().min(1).max(1_000_000).default(20).register(fields, {
    title: 'Attempts',
    description: 'Fewer attempts in the window, per worker, say nothing.',
  }),
  openMs: milliseconds(
    { title: 'Open for', description: 'Requests are answered 503 for this long; then a few are let through.' },
    5000,
    1,
  ),
  trials: z.int().min(1).max(10_000).default(3).register(fields, {
    title: 'Trials',
    description:
      'So many are let through, per worker; when all of them are well it closes, when one is not it opens anew.',
  }),
})
