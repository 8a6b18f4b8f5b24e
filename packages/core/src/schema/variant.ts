import { z } from 'zod'

/** A variant of a tagged union: its tag, its words, and its options as a zod shape. */
export interface Variant<Type extends string = string, Shape extends z.ZodRawShape = z.ZodRawShape> {
  readonly type: Type
  readonly title: string
  readonly description: string
  readonly options: Shape
}

/** The words of each variant, found by the schema that the union holds. */
export const variantWords = z.registry<{ title: string; description: string }>()

/**
 * The strict object of one variant: `type`, the options beside it, and `extra` fields (an id, labels).
 * The cast states what the shape says: the tag is the literal, the rest are the options.
 */
export function variantSchema<Type extends string, Shape extends z.ZodRawShape, Extra extends z.ZodRawShape>(
  variant: Variant<Type, Shape>,
  extra: Extra,
) {
  const schema = z.strictObject({ ...extra, type: z.literal(variant.type), ...variant.options })
  variantWords.add(schema, { title: variant.title, description: variant.description })
  return schema as unknown as z.ZodObject<Extra & { type: z.ZodLiteral<Type> } & Shape, z.core.$strict>
}
