import { z } from 'zod'
import { fields, type Words } from '../schema/fields.ts'

type Overriding<Shape extends z.ZodRawShape> = {
  [Key in keyof Shape]: Shape[Key] extends z.ZodDefault<infer Inner> ? z.ZodOptional<Inner> : never
}

/**
 * The same fields with the same words, each of which may be absent: for a place that overrides another in part.
 * Every field of `object` has a default. The casts state that.
 */
export function overriding<Shape extends Record<string, z.ZodDefault<z.ZodType>>>(
  object: z.ZodObject<Shape, z.core.$strict>,
): z.ZodObject<Overriding<Shape>, z.core.$strict> {
  const shape = Object.entries(object.shape).map(([name, field]) => {
    const optional = field.unwrap().optional()
    return [name, optional.register(fields, fields.get(field) as Words)]
  })
  return z.strictObject(Object.fromEntries(shape)) as unknown as z.ZodObject<Overriding<Shape>, z.core.$strict>
}
