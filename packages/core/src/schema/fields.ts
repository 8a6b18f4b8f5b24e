import { z } from 'zod'

/** The kinds of resource a configuration document is made of; also what a reference field may point at. */
export const kinds = ['listeners', 'upstreams', 'routes', 'middleware', 'certificates'] as const
export type Kind = (typeof kinds)[number]

/** How one of a kind is called in a sentence. */
export const singular = {
  listeners: 'listener',
  upstreams: 'upstream',
  routes: 'route',
  middleware: 'middleware',
  certificates: 'certificate',
} as const satisfies Record<Kind, string>

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
  /** Text of several lines. */
  multiline?: true
}

const sameWords = (a: Words, b: Words): boolean => {
  const names = new Set([...Object.keys(a), ...Object.keys(b)] as (keyof Words)[])
  return [...names].every((name) => a[name] === b[name])
}

/** A registry that refuses a second, different description of one schema: the first would be lost without a word. */
function createWords() {
  const registry = z.registry<Words>()
  const add = registry.add.bind(registry)
  registry.add = (schema, ...meta) => {
    const words = meta[0] as Words
    if (registry.has(schema) && !sameWords(registry.get(schema) as Words, words)) {
      throw new Error(`One schema is registered as "${registry.get(schema)?.title}" and as "${words.title}".`)
    }
    return add(schema, ...meta)
  }
  return registry
}

/**
 * The words of every field. `.register(fields, …)` must come last in a chain: zod attaches metadata to the
 * instance, and a later method makes a new one. A schema that stands in several places is made by a function, so that
 * each place has an instance, and words, of its own.
 */
export const fields = createWords()

/** An id: a slug of at most 63 characters, as in a DNS label. A new schema at each call, for words of its own. */
export const slug = () =>
  z.string().regex(/^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/, 'use lower-case letters, digits and dashes, 63 at most')
