import fc from 'fast-check'
import { z } from 'zod'
import { casesOf, eitherOf } from '../../schema/cases.ts'
import { describe } from '../../schema/describe.ts'
import { fields, type Kind, kinds } from '../../schema/fields.ts'
import type { Path } from '../../schema/path.ts'
import type { Document, Model, WrittenResource } from '../model.ts'
import { parseResource } from '../parse.ts'
import { referencesIn } from '../references.ts'

type Schema = z.core.$ZodTypes

/** Before a reference is made to fit the ids there are, it is one of these. */
const anyReference = fc.nat(9).map((n) => `n${n}`)

/**
 * Valid documents of this model, references among them, as people might write them: of what may be left out, half is.
 * Made from the schema, so that a new field is in it on arrival.
 */
export function arbitraryDocument(model: Model): fc.Arbitrary<Document> {
  return fc
    .record({
      listeners: arbitraryResources(model, 'listeners', 3),
      upstreams: arbitraryResources(model, 'upstreams', 4),
      middleware: arbitraryResources(model, 'middleware', 3),
      certificates: arbitraryResources(model, 'certificates', 2),
      routes: fc.option(arbitraryResources(model, 'routes', 5), { nil: [] }),
      without: fc.subarray([...kinds]),
    })
    .map(({ without, ...resources }) => {
      const document: Document = { switchyard: 1 }
      // What something may refer to goes only when that is not there either.
      const absent = resources.routes.length === 0 ? without.filter((kind) => !isNeeded(kind, without)) : []
      for (const kind of kinds)
        if (!absent.includes(kind) && resources[kind].length > 0) document[kind] = resources[kind]
      return complete(model, structuredClone(document))
    })
}

const isNeeded = (kind: Kind, without: readonly Kind[]) =>
  kind === 'certificates' && !(without.includes('listeners') && without.includes('upstreams'))

/** Valid resources of one kind, at least one, with ids of their own. What they refer to need not exist. */
function arbitraryResources(model: Model, kind: Kind, maxLength: number): fc.Arbitrary<WrittenResource[]> {
  const schema = model.kinds[kind]
  const cases = casesOf(schema)?.map((one) => one.schema) ?? [schema as unknown as z.ZodObject]
  const resource = fc
    .oneof(...cases.map(arbitraryObject))
    .filter((value) => parseResource(model, kind, value).ok) as fc.Arbitrary<WrittenResource>
  return fc.uniqueArray(resource, { minLength: 1, maxLength, selector: ({ id }) => id })
}

/** Makes of valid resources a valid document. */
function complete(model: Model, document: Document): Document {
  for (const kind of kinds) {
    for (const resource of document[kind] ?? []) {
      for (const { at, kind: to, id } of referencesIn(describe(model.kinds[kind]), resource)) {
        const there = document[to] ?? []
        setAt(resource, at, there[Number(id.slice(1)) % there.length]?.id)
      }
    }
  }
  document.listeners?.forEach(freePort)
  document.upstreams?.forEach(endWithTheLast)
  for (const route of document.routes ?? []) {
    if (!forwardsOrAnswers(model, document, route)) route['enabled'] = false
  }
  return document
}

function setAt(value: unknown, [step, ...rest]: Path, to: unknown): void {
  const object = value as Record<string | number, unknown>
  if (step === undefined) return
  if (rest.length === 0) object[step] = to
  else setAt(object[step], rest, to)
}

/** Two listeners never collide: the later one takes a free port. */
function freePort(listener: WrittenResource, index: number, listeners: WrittenResource[]): void {
  if (listeners.slice(0, index).some(({ port }) => port === listener['port'])) listener['port'] = 0
}

/** Upstreams never hand over in a circle: only to a later one. */
function endWithTheLast(upstream: WrittenResource, index: number, upstreams: WrittenResource[]): void {
  const then = upstream['whenNoneEligible']
  if (typeof then !== 'object' || then === null || Array.isArray(then)) return
  const later = upstreams.slice(index + 1).some(({ id }) => id === then['upstream'])
  if (!later) delete upstream['whenNoneEligible']
}

function forwardsOrAnswers({ catalogue }: Model, document: Document, route: WrittenResource): boolean {
  if (route['forward'] !== undefined) return true
  const answering = new Set(catalogue.filter(({ answers }) => answers).map(({ type }) => type))
  const types = ((route['middleware'] ?? []) as { ref?: string; type?: string }[]).map(
    ({ ref, type }) => type ?? document.middleware?.find(({ id }) => id === ref)?.['type'],
  )
  return types.some((type) => answering.has(String(type)))
}

/** Any valid input of a schema. */
function arbitraryOf(schema: z.core.$ZodType): fc.Arbitrary<unknown> {
  const { def } = (schema as Schema)._zod
  switch (def.type) {
    case 'default':
    case 'prefault':
    case 'optional':
      return arbitraryOf(def.innerType)
    case 'object':
      return arbitraryObject(schema as z.ZodObject)
    case 'array':
      return arbitraryList(schema as z.ZodArray<z.ZodType>)
    case 'record':
      return arbitraryMap(def)
    case 'union':
      return arbitraryUnion(schema)
    case 'enum':
      return fc.constantFrom(...Object.values(def.entries))
    case 'literal':
      return fc.constantFrom(...def.values)
    case 'boolean':
      return fc.boolean()
    case 'number':
      return arbitraryNumber(schema as z.ZodNumber)
    case 'string':
      return arbitraryText(schema as z.ZodString)
    default:
      throw new Error(`No arbitrary value is made of ${def.type}.`)
  }
}

function arbitraryObject(object: z.ZodObject): fc.Arbitrary<object> {
  const shape: Record<string, fc.Arbitrary<unknown>> = {}
  const requiredKeys: string[] = []
  for (const [key, schema] of Object.entries(object.shape)) {
    shape[key] = key === 'id' ? slug : key === 'url' ? url : arbitraryOf(schema)
    if (!z.safeParse(schema, undefined).success) requiredKeys.push(key)
  }
  return fc.record(shape, { requiredKeys, noNullPrototype: true })
}

function arbitraryList(list: z.ZodArray<z.ZodType>): fc.Arbitrary<unknown[]> {
  const size = { minLength: list.safeParse([]).success ? 0 : 1, maxLength: 3 }
  const element = arbitraryOf(list.element)
  const named = list.element instanceof z.ZodObject && 'id' in list.element.shape
  if (!named) return fc.array(element, size)
  return fc.uniqueArray(element, { ...size, selector: (item) => (item as { id: string }).id })
}

function arbitraryMap(def: z.core.$ZodRecordDef): fc.Arbitrary<object> {
  const key = arbitraryOf(def.keyType) as fc.Arbitrary<string>
  return fc.dictionary(
    key.filter((name) => !(name in {})),
    arbitraryOf(def.valueType),
    { maxKeys: 3, noNullPrototype: true },
  )
}

function arbitraryUnion(union: z.core.$ZodType): fc.Arbitrary<unknown> {
  const either = eitherOf(union)
  if (either !== undefined) return fc.oneof(arbitraryOf(either.plain), arbitraryObject(either.object))
  const cases = casesOf(union)
  if (cases !== undefined) return fc.oneof(...cases.map((one) => arbitraryObject(one.schema)))
  // A union of texts: addresses are all there is of that.
  return fc.oneof(fc.ipV4(), fc.ipV6()).filter((text) => z.safeParse(union, text).success)
}

function arbitraryNumber(schema: z.ZodNumber): fc.Arbitrary<number> {
  const min = Math.ceil(Math.max(schema.minValue ?? 0, Number.MIN_SAFE_INTEGER))
  const max = Math.floor(Math.min(schema.maxValue ?? 100, Number.MAX_SAFE_INTEGER))
  // Mostly small, now and then at the ends.
  return fc.oneof(
    { weight: 8, arbitrary: fc.integer({ min, max: Math.min(max, min + 20) }) },
    { weight: 1, arbitrary: fc.constantFrom(min, max) },
  )
}

function arbitraryText(schema: z.ZodString): fc.Arbitrary<string> {
  const words = fields.get(schema)
  if (words?.ref !== undefined) return anyReference
  if (words?.example?.startsWith('-----BEGIN CERTIFICATE')) return certificates
  const patterns = (schema._zod.def.checks ?? []).flatMap((check) => {
    const { def } = check._zod as { def: { pattern?: unknown } }
    return def.pattern instanceof RegExp ? [fc.stringMatching(def.pattern, { size: 'xsmall' })] : []
  })
  const made = patterns.length === 0 ? anyText : fc.oneof(...patterns)
  return made.filter((text) => schema.safeParse(text).success && !/[\0\p{Surrogate}]/u.test(text))
}

const slug = fc.stringMatching(/^[a-z0-9](?:[a-z0-9-]{0,6}[a-z0-9])?$/)

/** Text of all scripts, what YAML might take for something else, and expressions. */
const anyText = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 20 }),
  fc.constantFrom(
    'yes',
    'null',
    '~',
    '1',
    '1e3',
    '0x1f',
    '- a',
    '# a',
    'a: b',
    ' a ',
    'a\nb\n',
    '<<',
    '"',
    "'",
    '---',
    '\t',
  ),
  fc.constantFrom('/v[0-9]+/.*', 'a|b', '(?i)x', 'shop.example.com', '/api', 'x-tenant'),
)

/** As many as one needs, of next to nothing: who reads a document does not look inside. */
const certificates = fc
  .array(fc.constantFrom('MAA=', 'MAMCAQE='), { minLength: 1, maxLength: 3 })
  .map((all) => all.map((body) => `-----BEGIN CERTIFICATE-----\n${body}\n-----END CERTIFICATE-----\n`).join(''))

const host = fc.oneof(fc.ipV4(), fc.constantFrom('localhost', 'shop.example.com', '[::1]', 'a-b_c'))
const url = fc
  .tuple(
    fc.constantFrom('http', 'https'),
    host,
    fc.constantFrom('', ':1', ':8080', ':65535'),
    fc.constantFrom('', '/', '/base', '/a%20b/'),
  )
  .map(([scheme, host, port, path]) => `${scheme}://${host}${port}${path}`)
