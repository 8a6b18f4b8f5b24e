import { z } from 'zod'

/** The kinds of resource a configuration document is made of; also what a reference field may point at. */
export const kinds = ['listeners', 'upstreams', 'routes', 'middleware'] as const
export type Kind = (typeof kinds)[number]

/** What people read about a field. Everything but `title` and `description` is optional. */
export interface Words {
  title: string
  description: string
  unit?: 'ms' | 'bytes' | 'percent'
  /** The value is a reference to a secret; it is redacted wherever it is shown. */
  secret?: true
  /** The value is the id of a resource of this kind. */
  ref?: Kind
  /** Folded away in forms until it differs from its default. */
  advanced?: true
  /** An example, shown in an empty field. */
  example?: string
}

/**
 * The words of every field. `.register(fields, …)` must come last in a chain: zod attaches metadata to the
 * instance, and a later method makes a new one.
 */
export const fields = z.registry<Words>()

/** An id: a slug of at most 63 characters, as in a DNS label. */
export const slug = z
  .string()
  .regex(/^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/, 'use lower-case letters, digits and dashes, 63 at most')
