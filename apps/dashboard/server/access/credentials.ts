import { z } from 'zod'

/** An email address, in lower case: so it is stored and compared. */
export const emailField = z
  .string()
  .trim()
  .toLowerCase()
  .max(320)
  .regex(/^[^\s@]+@[^\s@]+$/, 'write an email address')

/** Long rather than intricate, as NIST SP 800-63B asks; the upper bound keeps hashing cheap. */
export const passwordField = z.string().min(8, 'use at least 8 characters').max(256, 'use at most 256 characters')
