import type { Middleware, MiddlewareDefinition } from '@switchyard/core/middleware/contract'
import { z } from 'zod'
import { services } from './context.ts'

/** Options as written, parsed and checked as the configuration does it, and what is wrong with them. */
export function problemsOf<Shape extends z.ZodRawShape>(
  definition: MiddlewareDefinition<string, Shape>,
  options: z.input<z.ZodObject<Shape>>,
): { path: string; message: string }[] {
  const parsed = z.strictObject(definition.options).safeParse(options)
  const found = parsed.success
    ? (definition.check?.(parsed.data as z.output<z.ZodObject<Shape>>) ?? [])
    : parsed.error.issues
  return found.map(({ path, message }) => ({ path: path.join('.'), message }))
}

/** The middleware that these options make. Throws when they are wrong. */
export function middlewareOf<Shape extends z.ZodRawShape>(
  definition: MiddlewareDefinition<string, Shape>,
  options: z.input<z.ZodObject<Shape>>,
): Middleware {
  const problems = problemsOf(definition, options)
  if (problems.length > 0) throw new Error(JSON.stringify(problems))
  return definition.create(z.strictObject(definition.options).parse(options) as z.output<z.ZodObject<Shape>>, services)
}
