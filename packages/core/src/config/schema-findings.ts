import { z } from 'zod'
import { caseMeant } from '../schema/case-meant.ts'
import { type Case, casesOf, eitherOf, unwrap } from '../schema/cases.ts'
import { didYouMean } from '../schema/nearest.ts'
import type { Path } from '../schema/path.ts'
import type { Finding } from './finding.ts'

type Issue = z.core.$ZodIssue
type Schema = z.core.$ZodTypes

/** Parses by a schema: the value with its defaults, or what is wrong, each at its exact place. */
export function parseBySchema<T>(
  schema: z.ZodType<T>,
  value: unknown,
): { ok: true; value: T } | { ok: false; findings: Finding[] } {
  const result = safeParse(schema, value)
  if (result === 'too much') return { ok: false, findings: findingsInside(schema, value) }
  if (result.success) return { ok: true, value: result.data }
  return { ok: false, findings: result.error.issues.flatMap((issue) => explain(schema, value, issue)) }
}

/**
 * zod hands the issues of a value on as the arguments of one call. Where there are so many that the stack has no room
 * for them (some 100,000), that throws.
 */
function safeParse<T>(schema: z.ZodType<T>, value: unknown): z.ZodSafeParseResult<T> | 'too much' {
  try {
    return schema.safeParse(value, { error: sentence })
  } catch (error) {
    if (error instanceof RangeError) return 'too much'
    throw error
  }
}

/** More findings than are ever told: beyond so many they need not be looked for, nor explained. */
const enough = 200

/** What is wrong with the members of a value that has too much wrong with it to be parsed as a whole. */
function findingsInside(schema: z.core.$ZodType, value: unknown): Finding[] {
  const findings: Finding[] = []
  const steps = Array.isArray(value) ? value.keys() : Object.keys(value as object)
  for (const step of steps) {
    const inside = schemaAt(schema, value, [step])
    // What the schema does not know it cannot look into. The cast states what `schemaAt` gives: a part of ours.
    const parsed = inside && parseBySchema(inside as z.ZodType, valueAt(value, [step]))
    if (inside === undefined) findings.push({ at: [step], message: 'unknown field' })
    else if (parsed?.ok === false)
      findings.push(...parsed.findings.slice(0, enough).map((one) => ({ ...one, at: [step, ...one.at] })))
    if (findings.length >= enough) break
  }
  return findings.length > 0 ? findings : [{ at: [], message: 'is not valid' }]
}

/** What zod says of one place; of a union, what is wrong with the case that was meant. */
function explain(schema: z.core.$ZodType, value: unknown, issue: Issue): Finding[] {
  const at = issue.path as Path
  switch (issue.code) {
    case 'unrecognized_keys': {
      const known = namesOf(schemaAt(schema, value, at), valueAt(value, at))
      // A hint takes its time; beyond so many nobody reads it.
      const hinted = issue.keys.slice(0, enough).map((key) => ({ at: [...at, key], message: unknownField(key, known) }))
      return [...hinted, ...issue.keys.slice(enough).map((key) => ({ at: [...at, key], message: 'unknown field' }))]
    }
    case 'invalid_union': {
      const union = issue.discriminator === undefined ? at : at.slice(0, -1)
      const unionSchema = schemaAt(schema, value, union)
      const either = unionSchema && eitherOf(unionSchema)
      if (either !== undefined) {
        return explainEither(either, valueAt(value, union)).map((inside) => ({
          ...inside,
          at: [...union, ...inside.at],
        }))
      }
      const cases = unionSchema && casesOf(unionSchema)
      if (cases === undefined) return [{ at, message: issue.message }]
      return explainUnion(cases, valueAt(value, union)).map((inside) => ({ ...inside, at: [...union, ...inside.at] }))
    }
    case 'invalid_key':
    case 'invalid_element':
      return issue.issues.map(({ message }) => ({ at, message }))
    default:
      return [{ at, message: issue.message }]
  }
}

function explainEither(either: { plain: z.ZodType; object: z.ZodObject }, value: unknown): Finding[] {
  const isObject = typeof value === 'object' && value !== null && !Array.isArray(value)
  if (!isObject && typeof value !== 'string') {
    const keys = Object.keys(either.object.shape).map(quote).join(', ')
    const message = `expected text or an object with ${keys}, not ${nameOf(value)}`
    return [{ at: [], message: value === undefined ? `required; write text or an object with ${keys}` : message }]
  }
  const result = parseBySchema(isObject ? either.object : either.plain, value)
  return result.ok ? [{ at: [], message: 'is not valid' }] : result.findings
}

function explainUnion(cases: readonly Case[], value: unknown): Finding[] {
  const tagKey = cases.find(({ when }) => when.value !== undefined)?.when.key
  const tags = cases.flatMap(({ when }) => when.value ?? [])
  const keys = cases.flatMap(({ when }) => (when.value === undefined ? when.key : []))
  const meant = caseMeant(cases, value)
  if (meant !== undefined) {
    const result = parseBySchema(meant.schema, value)
    if (result.ok) return [{ at: [], message: 'is not valid' }]
    return result.findings.map((finding) => {
      const key = finding.at.length === 1 ? finding.at[0] : undefined
      const other = key !== undefined && key !== meant.when.key && keys.includes(String(key))
      return other ? { ...finding, message: `cannot stand beside "${meant.when.key}"` } : finding
    })
  }
  const oneOf = `needs ${[...keys.map(quote), ...(tagKey === undefined ? [] : [`"${tagKey}" (${tags.join(', ')})`])].join(' or ')}`
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return [
      {
        at: [],
        message: value === undefined ? `required; ${oneOf}` : `expected an object, not ${nameOf(value)}; ${oneOf}`,
      },
    ]
  }
  const object = value as Record<string, unknown>
  if (tagKey !== undefined && Object.hasOwn(object, tagKey)) {
    return [{ at: [tagKey], message: notOneOf(object[tagKey], tags) }]
  }
  const misspelt = Object.keys(object).flatMap((key) => {
    const hint = didYouMean(key, tagKey === undefined ? keys : [...keys, tagKey])
    return hint === '' ? [] : [{ at: [key], message: `unknown field${hint}` }]
  })
  return misspelt.length > 0 ? misspelt : [{ at: [], message: oneOf }]
}

/** The schema of the place a path leads to, through the cases that the value means. */
function schemaAt(schema: z.core.$ZodType, value: unknown, path: Path): z.core.$ZodType | undefined {
  const here = unwrap(schema)
  const [step, ...rest] = path
  if (step === undefined) return here
  const { def } = (objectMeant(here, value) as Schema)._zod
  let next: z.core.$ZodType | undefined
  if (def.type === 'object') next = def.shape[step]
  else if (def.type === 'array') next = def.element
  else if (def.type === 'record') next = def.valueType
  return next && schemaAt(next, valueAt(value, [step]), rest)
}

function valueAt(value: unknown, path: Path): unknown {
  let here = value
  for (const step of path) {
    if (typeof here !== 'object' || here === null || !Object.hasOwn(here, step)) return undefined
    here = (here as Record<string | number, unknown>)[step]
  }
  return here
}

/** The keys of an object, or of the case of a union that the value means. */
function namesOf(schema: z.core.$ZodType | undefined, value: unknown): string[] {
  const object = schema && objectMeant(schema, value)
  return object instanceof z.ZodObject ? Object.keys(object.shape) : []
}

function objectMeant(schema: z.core.$ZodType, value: unknown): z.core.$ZodType {
  const cases = casesOf(schema)
  return (cases && caseMeant(cases, value)?.schema) ?? eitherOf(schema)?.object ?? schema
}

const quote = (text: string) => `"${text}"`

function unknownField(key: string, known: readonly string[]): string {
  const hint = didYouMean(key, known)
  if (hint !== '') return `unknown field${hint}`
  return known.length > 0 && known.length <= 15 ? `unknown field; known here: ${known.join(', ')}` : 'unknown field'
}

function notOneOf(value: unknown, options: readonly z.core.util.Primitive[]): string {
  const names = options.map(String)
  const list = names.length === 1 ? `expected ${names[0]}` : `expected one of ${names.join(', ')}`
  if (value === undefined) return `required; ${list}`
  if (typeof value !== 'string') return `${list}, not ${nameOf(value)}`
  return value.length > 63 ? list : `${list}, not "${value}"${didYouMean(value, names)}`
}

/** Our own sentence for what zod found. Text is never repeated: it may be a secret in the wrong place. */
function sentence(issue: z.core.$ZodRawIssue): string {
  switch (issue.code) {
    case 'invalid_type':
      return issue.input === undefined
        ? `required; write ${expectedBy(issue)}`
        : `expected ${expectedBy(issue)}, not ${nameOf(issue.input)}`
    case 'invalid_value':
      return notOneOf(issue.input, issue.values)
    case 'too_small':
      return tooSmall(issue.origin, Number(issue.minimum))
    case 'too_big':
      return `at most ${size(issue.origin, Number(issue.maximum))}`
    case 'invalid_format':
      return 'is not written as it should be'
    default:
      return 'is not valid'
  }
}

function tooSmall(origin: string, minimum: number): string {
  if (origin === 'string' && minimum === 1) return 'must not be empty'
  return `at least ${size(origin, minimum)}`
}

function size(origin: string, count: number): string {
  if (origin === 'string') return `${count} character${count === 1 ? '' : 's'}`
  if (origin === 'array') return `${count} ${count === 1 ? 'entry' : 'entries'}`
  return String(count)
}

function expectedBy({ expected, inst }: z.core.$ZodRawIssue<z.core.$ZodIssueInvalidType>): string {
  const whole = inst instanceof z.ZodNumber && inst.isInt
  return whole ? 'a whole number' : (expectedNames[expected] ?? expected)
}

const expectedNames: Record<string, string | undefined> = {
  number: 'a number',
  string: 'text',
  boolean: 'true or false',
  array: 'a list',
  object: 'an object',
  record: 'an object',
}

function nameOf(value: unknown): string {
  if (value === null) return 'an empty value'
  if (Array.isArray(value)) return 'a list'
  if (typeof value === 'string') return 'text'
  if (typeof value === 'object') return 'an object'
  return String(value)
}
