import { z } from 'zod'
import type { When } from './case-meant.ts'
import { casesOf, eitherOf } from './cases.ts'
import { fields, type Kind, type Words } from './fields.ts'

/** Plain JSON: what a document is made of. */
export type Json = null | boolean | number | string | Json[] | { [key: string]: Json }

/** What every kind of field says about itself. */
interface About {
  title: string
  /** One or two sentences. May be empty where the field around it says it all (the values of a map). */
  description: string
  /** The key may be left out: then `default` holds, or, without one, the thing is absent. */
  optional: boolean
  /** What holds when the key is left out, complete: the defaults of everything inside are filled in. */
  default?: Json
  /** Folded away until its value differs from the default. */
  advanced?: true
  /** A reference to a secret; never show what it resolves to. */
  secret?: true
}

export interface TextField extends About {
  kind: 'text'
  /** Characters. */
  minLength?: number
  maxLength?: number
  /** Source of a JavaScript regular expression that the value matches. */
  pattern?: string
  /** What to say when `pattern` does not match: "begin with /". */
  hint?: string
  /** For the empty field, where there is no default. */
  example?: string
  /** Several lines may be written. */
  multiline?: true
}

export interface NumberField extends About {
  kind: 'number'
  integer: boolean
  /** Both inclusive. */
  min?: number
  max?: number
  unit?: 'ms' | 'bytes' | 'percent'
  example?: string
}

export interface SwitchField extends About {
  kind: 'switch'
}

/** One of a few fixed values. With a single option there is nothing to choose. */
export interface ChoiceField extends About {
  kind: 'choice'
  options: (string | number)[]
}

export interface ListField extends About {
  kind: 'list'
  item: Field
  minItems?: number
  maxItems?: number
}

/** An object with keys of the user's choice: labels, header values. */
export interface MapField extends About {
  kind: 'map'
  key: TextField
  value: Field
}

/** An object with fixed keys, in the order they are shown and written. */
export interface GroupField extends About {
  kind: 'group'
  fields: Record<string, Field>
}

/**
 * An object that is one of several cases. `caseMeant(field.cases, value)` of `schema/case-meant.ts` says which one a value is.
 * Every case has its own keys; the tag, where there is one, is `when` and is not among `fields`.
 */
export interface VariantsField extends About {
  kind: 'variants'
  cases: VariantCase[]
}

export interface VariantCase {
  /** Unique among the cases: the value of the tag, or the key that tells this case apart. */
  name: string
  title: string
  description: string
  /** With a `value`: the case holds when `object[key] === value`. Without: when the object has the key. */
  when: When
  /** The keys beside the tag, in order. */
  fields: Record<string, Field>
}

/** A value that stands here itself, or an object instead of it that says where it is. */
export interface EitherField extends About {
  kind: 'either'
  plain: TextField | ChoiceField
  object: GroupField
}

/** The id of a resource of the kind `to`; choose from those there are. */
export interface RefField extends About {
  kind: 'ref'
  to: Kind
}

/** A schema as plain JSON data: what forms, the reference page, references and the labels of a diff are made from. */
export type Field =
  | TextField
  | NumberField
  | SwitchField
  | ChoiceField
  | ListField
  | MapField
  | GroupField
  | VariantsField
  | EitherField
  | RefField

type Schema = z.core.$ZodTypes
const described = new WeakMap<z.core.$ZodType, Field>()

/**
 * The field tree of a schema. Throws, naming the place, when a field has no words or is of a kind that has no field:
 * both are faults of the schema, found by a test. The same schema gives the same (shared, so read-only) tree.
 */
export function describe(schema: z.core.$ZodType): Field {
  let field = described.get(schema)
  if (field === undefined) {
    field = read(schema as Schema, 'the schema', undefined)
    described.set(schema, field)
  }
  return field
}

/** `inherited` are the words of the list or map around it, for items that have none of their own. */
function read(schema: Schema, place: string, inherited: Words | undefined): Field {
  let words: Words | undefined
  let optional = false
  let fallback: Json | undefined
  let inner = schema
  for (;;) {
    words ??= fields.get(inner)
    const { def } = inner._zod
    if (def.type === 'optional') {
      optional = true
    } else if (def.type === 'default') {
      optional = true
      fallback ??= def.defaultValue as Json
    } else if (def.type === 'prefault') {
      optional = true
      // A prefault is an input: parsed, it is the complete value.
      fallback ??= z.parse(def.innerType, def.defaultValue) as Json
    } else {
      break
    }
    inner = def.innerType as Schema
  }
  words ??= inherited
  if (words === undefined) throw new Error(`${place} has no title and description`)
  const about: About = { title: words.title, description: words.description, optional }
  if (fallback !== undefined) about.default = fallback
  if (words.advanced) about.advanced = true
  if (words.secret) about.secret = true
  return readKind(inner, about, words, place)
}

function readKind(schema: Schema, about: About, words: Words, place: string): Field {
  const { def } = schema._zod
  switch (def.type) {
    case 'string':
      if (words.ref !== undefined) return { kind: 'ref', ...about, to: words.ref }
      return { kind: 'text', ...about, ...readText(schema as z.ZodString, words) }
    case 'number':
      return { kind: 'number', ...about, ...readNumber(schema as z.ZodNumber, words) }
    case 'boolean':
      return { kind: 'switch', ...about }
    case 'enum':
      return { kind: 'choice', ...about, options: Object.values(def.entries) }
    case 'literal':
      return { kind: 'choice', ...about, options: def.values.map((value) => readOption(value, place)) }
    case 'array':
      return { kind: 'list', ...about, item: read(def.element as Schema, `${place}[]`, bare(words)), ...readSize(def) }
    case 'record':
      return {
        kind: 'map',
        ...about,
        key: readKey(def.keyType as Schema, place),
        value: read(def.valueType as Schema, `${place}.*`, { title: 'Value', description: '' }),
      }
    case 'object':
      return { kind: 'group', ...about, fields: readShape(schema as z.ZodObject, place) }
    case 'union':
      return readUnion(schema, about, words, place)
    default:
      throw new Error(`${place} is of a kind that has no field: ${def.type}`)
  }
}

const bare = ({ title, description }: Words): Words => ({ title, description })

function readShape(object: z.ZodObject, place: string, except?: string): Record<string, Field> {
  const shape: Record<string, Field> = {}
  for (const [name, field] of Object.entries(object.shape)) {
    if (name !== except) shape[name] = read(field as Schema, `${place}.${name}`, undefined)
  }
  return shape
}

function readUnion(schema: Schema, about: About, words: Words, place: string): Field {
  const either = eitherOf(schema)
  if (either !== undefined) {
    const plain = read(either.plain as z.core.$ZodType as Schema, place, undefined)
    const object = read(either.object, place, undefined)
    if ((plain.kind !== 'text' && plain.kind !== 'choice') || object.kind !== 'group')
      throw new Error(`${place} is neither text nor an object`)
    return { kind: 'either', ...about, plain, object }
  }
  const cases = casesOf(schema)
  if (cases === undefined) {
    // A union of text formats (IPv4 or IPv6) is a text; which format it is, the server says.
    const { def } = schema._zod
    const texts = def.type === 'union' && def.options.every((option) => option._zod.def.type === 'string')
    if (!texts) throw new Error(`${place} is a union of neither objects nor texts`)
    const hint = messageOf(def)
    return { kind: 'text', ...about, ...(hint && { hint }), ...(words.example && { example: words.example }) }
  }
  return {
    kind: 'variants',
    ...about,
    cases: cases.map(({ when, title, description, schema }) => ({
      name: when.value ?? when.key,
      title,
      description,
      when,
      fields: readShape(schema, `${place}(${when.value ?? when.key})`, when.value === undefined ? undefined : when.key),
    })),
  }
}

function readText(schema: z.ZodString, words: Words) {
  const text: Partial<TextField> = {}
  if (schema.minLength !== null) text.minLength = schema.minLength
  if (schema.maxLength !== null) text.maxLength = schema.maxLength
  for (const format of [schema._zod.def, ...(schema._zod.def.checks ?? []).map((check) => check._zod.def)]) {
    if (!('pattern' in format) || !(format.pattern instanceof RegExp)) continue
    text.pattern = format.pattern.source
    const hint = messageOf(format)
    if (hint !== undefined) text.hint = hint
  }
  if (words.example !== undefined) text.example = words.example
  if (words.multiline) text.multiline = true
  return text
}

/** The sentence that was given beside a check, as in `.regex(…, 'begin with /')`. */
function messageOf(def: { error?: z.core.$ZodErrorMap<never> | undefined }): string | undefined {
  const message = def.error?.({} as never)
  return typeof message === 'string' ? message : message?.message
}

function readNumber(schema: z.ZodNumber, words: Words) {
  const number: Pick<NumberField, 'integer' | 'min' | 'max' | 'unit' | 'example'> = { integer: schema.isInt }
  const { minValue: min, maxValue: max } = schema
  // The bounds of safe integers are zod's own, and tell nobody anything.
  if (min !== null && min > Number.MIN_SAFE_INTEGER) number.min = min
  if (max !== null && max < Number.MAX_SAFE_INTEGER) number.max = max
  if (words.unit !== undefined) number.unit = words.unit
  if (words.example !== undefined) number.example = words.example
  return number
}

function readOption(value: unknown, place: string): string | number {
  if (typeof value === 'string' || typeof value === 'number') return value
  throw new Error(`${place} has an option that is neither text nor a number`)
}

function readSize(def: z.core.$ZodArrayDef): Pick<ListField, 'minItems' | 'maxItems'> {
  const size: Pick<ListField, 'minItems' | 'maxItems'> = {}
  for (const check of (def.checks ?? []) as z.core.$ZodChecks[]) {
    if (check._zod.def.check === 'min_length') size.minItems = check._zod.def.minimum
    if (check._zod.def.check === 'max_length') size.maxItems = check._zod.def.maximum
  }
  return size
}

function readKey(schema: Schema, place: string): TextField {
  const key = read(schema, `the keys of ${place}`, { title: 'Name', description: '' })
  if (key.kind !== 'text') throw new Error(`${place} has keys that are not text`)
  return key
}
