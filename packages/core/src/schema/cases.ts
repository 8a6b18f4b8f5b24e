import type { z } from 'zod'
import type { When } from './case-meant.ts'
import { fields } from './fields.ts'
import { variantWords } from './variant.ts'

/** One case of a union of strict objects, with the schema that reads it. */
export interface Case {
  readonly when: When
  readonly title: string
  readonly description: string
  readonly schema: z.ZodObject
}

/** What is under `default`, `prefault` and `optional`. */
export function unwrap(schema: z.core.$ZodType): z.core.$ZodType {
  const { def } = (schema as z.core.$ZodTypes)._zod
  if (def.type === 'default' || def.type === 'prefault' || def.type === 'optional') return unwrap(def.innerType)
  return schema
}

/** The two sides of a union of a text (or one of a few words) and an object that stands for it; undefined when it is no such union. */
export function eitherOf(schema: z.core.$ZodType): { plain: z.ZodType; object: z.ZodObject } | undefined {
  const { def } = (unwrap(schema) as z.core.$ZodTypes)._zod
  if (def.type !== 'union' || def.options.length !== 2) return undefined
  const object = def.options.find((option) => option._zod.def.type === 'object')
  const plain = def.options.find((option) => ['string', 'enum'].includes(option._zod.def.type))
  // The casts state what was asked.
  return object && plain ? { plain: plain as z.ZodType, object: object as z.ZodObject } : undefined
}

const known = new WeakMap<z.core.$ZodType, readonly Case[]>()

/**
 * The cases of a union, unions inside it laid flat; undefined when it is no union of objects. Throws when two cases
 * can't be told apart: that is a fault of the schema.
 */
export function casesOf(schema: z.core.$ZodType): readonly Case[] | undefined {
  const found = known.get(schema)
  if (found !== undefined) return found
  const objects = unwrap(schema)._zod.def.type === 'union' ? flatten(schema) : undefined
  if (objects === undefined) return undefined
  const cases = objects.map((object) => describeCase(object, objects))
  known.set(schema, cases)
  return cases
}

function flatten(schema: z.core.$ZodType): z.ZodObject[] | undefined {
  const { def } = (unwrap(schema) as z.core.$ZodTypes)._zod
  if (def.type === 'object') return [unwrap(schema) as z.ZodObject]
  if (def.type !== 'union') return undefined
  const parts = def.options.map(flatten)
  return parts.every((part) => part !== undefined) ? parts.flat() : undefined
}

function describeCase(object: z.ZodObject, all: readonly z.ZodObject[]): Case {
  const words = variantWords.get(object) ?? fields.get(object)
  const names = Object.keys(object.shape)
  if (words === undefined) throw new Error(`A case of a union has no words: { ${names.join(', ')} }`)
  const when = tagOf(object) ?? ownKeyOf(object, all)
  if (when === undefined) throw new Error(`The case "${words.title}" has neither a tag nor a key of its own.`)
  return { when, title: words.title, description: words.description, schema: object }
}

function tagOf(object: z.ZodObject): When | undefined {
  for (const [key, field] of Object.entries(object.shape)) {
    const outer = (field as z.core.$ZodTypes)._zod.def
    const { def } = (unwrap(field as z.core.$ZodType) as z.core.$ZodTypes)._zod
    if (def.type === 'literal' && def.values.length === 1 && typeof def.values[0] === 'string') {
      const when = { key, value: def.values[0] }
      return outer.type === 'default' ? { ...when, byDefault: true } : when
    }
  }
  return undefined
}

function ownKeyOf(object: z.ZodObject, all: readonly z.ZodObject[]): When | undefined {
  const key = Object.keys(object.shape).find((name) => all.every((other) => other === object || !(name in other.shape)))
  return key === undefined ? undefined : { key }
}
