import { sha256 } from '@noble/hashes/sha2.js'
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js'
import { caseMeant } from '../schema/case-meant.ts'
import { describe, type Field, type Json } from '../schema/describe.ts'
import type { Config, Document, Model } from './model.ts'

/**
 * The one text of a configuration: JSON with every default filled in, keys in order of code points, no white space,
 * lists in the order they were written.
 */
export function canonicalText(config: Config): string {
  return canonicalJson(config)
}

/** The same for any plain JSON value; `undefined` counts as absent. */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`
  if (typeof value !== 'object' || value === null) return JSON.stringify(value ?? null)
  const entries = Object.entries(value).filter(([, inside]) => inside !== undefined)
  entries.sort(([a], [b]) => compareCodePoints(a, b))
  return `{${entries.map(([key, inside]) => `${JSON.stringify(key)}:${canonicalJson(inside)}`).join(',')}}`
}

/** SHA-256 of the text's UTF-8 bytes, 64 hexadecimal digits. */
export function hashText(text: string): string {
  return bytesToHex(sha256(utf8ToBytes(text)))
}

/**
 * The document as one would write it: what equals its default is left out, at every depth; keys stand in the order
 * of the schema, lists in their own. Parsed again it gives the same configuration.
 */
export function withoutDefaults(model: Model, config: Config): Document {
  // The cast states what the schema of the document says.
  return leaveOutDefaults(describe(model.document), config) as unknown as Document
}

/** The same for one resource, or anything else that has a field. The value is a parsed one. */
export function leaveOutDefaults(field: Field, value: unknown): Json {
  switch (field.kind) {
    case 'list':
      return (value as unknown[]).map((item) => leaveOutDefaults(field.item, item))
    case 'map':
      return Object.fromEntries(
        Object.entries(value as object).map(([key, inside]) => [key, leaveOutDefaults(field.value, inside)]),
      )
    case 'group':
      return leaveOutOf(field.fields, value as object)
    case 'either':
      return leaveOutDefaults(typeof value === 'object' ? field.object : field.plain, value)
    case 'variants': {
      const meant = caseMeant(field.cases, value)
      if (meant === undefined) throw new Error(`This is no ${field.title}.`)
      const { key, value: tag } = meant.when
      const rest = leaveOutOf(meant.fields, value as object)
      if (tag === undefined) return rest
      // An id stands before the tag, as people write it.
      const { id, ...options } = rest
      return id === undefined ? { [key]: tag, ...options } : { id, [key]: tag, ...options }
    }
    default:
      // Text, numbers, switches, choices, references: a parsed value of these is JSON.
      return value as Json
  }
}

function leaveOutOf(fields: Record<string, Field>, object: object): { [key: string]: Json } {
  const left: { [key: string]: Json } = {}
  for (const [key, field] of Object.entries(fields)) {
    const value = (object as Record<string, unknown>)[key]
    if (value === undefined) continue
    if (field.default !== undefined && canonicalJson(field.default) === canonicalJson(value)) continue
    left[key] = leaveOutDefaults(field, value)
  }
  return left
}

/**
 * JavaScript orders by UTF-16 units, in which the surrogates of what is beyond the basic plane (U+D800 to U+DFFF)
 * come before U+E000 to U+FFFF; here they come after.
 */
function compareCodePoints(a: string, b: string): number {
  for (let i = 0; i < a.length && i < b.length; i++) {
    const one = a.charCodeAt(i)
    const other = b.charCodeAt(i)
    if (one !== other) return rankOf(one) - rankOf(other)
  }
  return a.length - b.length
}

const rankOf = (unit: number) => (unit >= 0xe000 ? unit - 0x800 : unit >= 0xd800 ? unit + 0x2000 : unit)
