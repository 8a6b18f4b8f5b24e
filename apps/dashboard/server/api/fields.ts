import { z } from 'zod'

/** The id of something; what is not there is not found, so only the length is bounded. */
export const idField = z.string().min(1).max(100)

export const etagField = z.string().min(1).max(100)

/** A note to a revision. */
export const messageField = z.string().max(1000)

/** Says that the removal of more than half of the routes is meant. */
export const confirmField = z.boolean()

export const numberField = z.int().min(1).max(Number.MAX_SAFE_INTEGER)

/** A page of a list: what is older than `before`. */
export const pageFields = { before: numberField.optional(), limit: z.int().min(1).max(200).default(50) }
