import { z } from 'zod'
import { fields } from '../schema/fields.ts'
import { variantWords } from '../schema/variant.ts'
import type { Model } from './model.ts'

/**
 * JSON Schema (draft 2020-12) of the document as it is written, with titles and descriptions, for editors. It says all
 * that the shape can say; references and the like only `parseConfig` checks. Throws if the schema had a transform.
 */
export function configJsonSchema(model: Model): Record<string, unknown> {
  return z.toJSONSchema(model.document, {
    target: 'draft-2020-12',
    io: 'input',
    override({ zodSchema, jsonSchema }) {
      const words = fields.get(zodSchema) ?? variantWords.get(zodSchema)
      // Narrower than what is accepted: no IPv4 at the end of an IPv6 address. The format says it.
      if (jsonSchema.format === 'ipv6' || jsonSchema.format === 'cidrv6') delete jsonSchema.pattern
      if (words !== undefined) Object.assign(jsonSchema, { title: words.title, description: words.description })
    },
  }) as Record<string, unknown>
}
