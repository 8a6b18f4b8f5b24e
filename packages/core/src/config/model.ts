import { z } from 'zod'
import type { MiddlewareDefinition } from '../middleware/contract.ts'
import type { Json } from '../schema/describe.ts'
import { fields, slug } from '../schema/fields.ts'
import { variantSchema } from '../schema/variant.ts'
import { certificateSchema } from './certificate.ts'
import { listenerSchema } from './listener.ts'
import { id, resourceFields } from './resource.ts'
import { createRouteSchema } from './route.ts'
import { upstreamSchema } from './upstream.ts'

type UseSchema<D> =
  D extends MiddlewareDefinition<infer Type, infer Shape>
    ? z.ZodObject<{ type: z.ZodLiteral<Type> } & Shape, z.core.$strict>
    : never
type SharedSchema<D> =
  D extends MiddlewareDefinition<infer Type, infer Shape>
    ? z.ZodObject<{ id: z.ZodString; type: z.ZodLiteral<Type> } & typeof resourceFields & Shape, z.core.$strict>
    : never

/**
 * Makes the schema of the whole document from a middleware catalogue. The strategies are core's own; the middleware
 * live in a package of their own, which core does not know.
 *
 * The casts state what `map` cannot: one schema per definition, in order.
 */
export function createModel<const Catalogue extends readonly [MiddlewareDefinition, ...MiddlewareDefinition[]]>(
  catalogue: Catalogue,
) {
  type Uses = { -readonly [I in keyof Catalogue]: UseSchema<Catalogue[I]> }
  type Shared = { -readonly [I in keyof Catalogue]: SharedSchema<Catalogue[I]> }

  const written = z.discriminatedUnion(
    'type',
    catalogue.map((d) => variantSchema(d, {})) as never,
  ) as unknown as z.ZodDiscriminatedUnion<Uses & z.core.SomeType[], 'type'>
  const reference = z
    .strictObject({
      ref: slug().register(fields, {
        title: 'Shared middleware',
        description: 'The id of a middleware of the document.',
        ref: 'middleware',
      }),
    })
    .register(fields, { title: 'Shared', description: 'A middleware that several routes use.' })
  const use = z
    .union([reference, written])
    .register(fields, { title: 'Middleware', description: 'A middleware written out here, or one that is shared.' })
  const middleware = (
    z.discriminatedUnion(
      'type',
      catalogue.map((d) => variantSchema(d, { id: id('middleware'), ...resourceFields })) as never,
    ) as unknown as z.ZodDiscriminatedUnion<Shared & z.core.SomeType[], 'type'>
  ).register(fields, { title: 'Middleware', description: 'A middleware that routes refer to.' })
  const route = createRouteSchema(use)

  const document = z
    .strictObject({
      switchyard: z.literal(1).register(fields, { title: 'Format', description: 'The version of this format: 1.' }),
      listeners: z
        .array(listenerSchema)
        .max(1000)
        .default([])
        .register(fields, { title: 'Listeners', description: 'Where requests come in.' }),
      upstreams: z
        .array(upstreamSchema)
        .max(10_000)
        .default([])
        .register(fields, { title: 'Upstreams', description: 'Who serves requests.' }),
      routes: z
        .array(route)
        .max(100_000)
        .default([])
        .register(fields, { title: 'Routes', description: 'Which request goes where.' }),
      middleware: z
        .array(middleware)
        .max(10_000)
        .default([])
        .register(fields, { title: 'Middleware', description: 'Middleware that several routes use.' }),
      certificates: z
        .array(certificateSchema)
        .max(10_000)
        .default([])
        .register(fields, { title: 'Certificates', description: 'What listeners, and we to targets, are known by.' }),
    })
    .register(fields, {
      title: 'Configuration',
      description: 'What a gateway does: where it listens, which request goes where, and who serves it.',
    })

  return {
    catalogue,
    document,
    /** The schema of one resource of each kind. */
    kinds: {
      listeners: listenerSchema,
      upstreams: upstreamSchema,
      routes: route,
      middleware,
      certificates: certificateSchema,
    },
  }
}

export type Model = ReturnType<typeof createModel<readonly [MiddlewareDefinition, ...MiddlewareDefinition[]]>>

/** A middleware of the document. Its options are known to its own package; here they are open. */
export interface MiddlewareResource {
  [option: string]: unknown
  id: string
  type: string
  title?: string | undefined
  description?: string | undefined
  labels?: Record<string, string> | undefined
}

/** One place in a route's list of middleware: the id of a shared one, or one written out. Tell them apart by `ref`. */
export type MiddlewareUse =
  | { ref: string; type?: undefined }
  | { [option: string]: unknown; type: string; ref?: undefined }

export type Listener = z.output<typeof listenerSchema>
export type Upstream = z.output<typeof upstreamSchema>
export type TargetConfig = Upstream['targets'][number]
export type Certificate = z.output<typeof certificateSchema>
export type Route = Omit<z.output<ReturnType<typeof createRouteSchema>>, 'middleware'> & { middleware: MiddlewareUse[] }

/** The document with every default filled in. */
export interface Config {
  switchyard: 1
  listeners: Listener[]
  upstreams: Upstream[]
  routes: Route[]
  middleware: MiddlewareResource[]
  certificates: Certificate[]
}

/** A resource as written: defaults left out. */
export interface WrittenResource {
  [field: string]: Json
  id: string
}

/** The document as written: defaults, empty lists of resources among them, left out. */
export interface Document {
  switchyard: 1
  listeners?: WrittenResource[]
  upstreams?: WrittenResource[]
  routes?: WrittenResource[]
  middleware?: WrittenResource[]
  certificates?: WrittenResource[]
}
