import { z } from 'zod'
import { fields, slug } from '../schema/fields.ts'
import { variantSchema } from '../schema/variant.ts'
import { overriding } from './overriding.ts'
import { id, resourceFields } from './resource.ts'
import { upstreamRetries, upstreamTimeouts } from './upstream.ts'

/** A token of RFC 9110, 5.6.2, without small letters: methods are compared to the letter, and none is written small. */
const method = /^[!#$%&'*+.^_`|~0-9A-Z-]+$/

const host = z
  .string()
  .max(253)
  .regex(
    /^(?:\*\.)?[a-z0-9_](?:[a-z0-9_.-]*[a-z0-9_])?$|^\[[0-9a-f:.]+\]$/,
    'write a host in lower case without a port, such as shop.example.com or *.example.com',
  )

const pattern = () => z.string().min(1).max(2048)

const path = z.discriminatedUnion('type', [
  variantSchema(
    {
      type: 'prefix',
      title: 'Prefix',
      description: 'Matches at a segment boundary: /api matches /api and /api/x, not /apix.',
      options: {
        value: z
          .string()
          .max(2048)
          .regex(/^\//, 'begin with /')
          .register(fields, { title: 'Path', description: 'Begins with /.', example: '/api' }),
      },
    },
    {},
  ),
  variantSchema(
    {
      type: 'exact',
      title: 'Exact',
      description: 'Matches this path only.',
      options: {
        value: z
          .string()
          .max(2048)
          .regex(/^\//, 'begin with /')
          .register(fields, { title: 'Path', description: 'Begins with /.', example: '/health' }),
      },
    },
    {},
  ),
  variantSchema(
    {
      type: 'regex',
      title: 'Regular expression',
      description: 'Matches the whole path. Linear time: no look-around, no back-references.',
      options: {
        value: pattern().register(fields, {
          title: 'Pattern',
          description: 'An RE2 expression.',
          example: '/v[0-9]+/.*',
        }),
      },
    },
    {},
  ),
])

/** A condition on a header field or a query parameter. */
const condition = (thing: string, name: () => z.ZodString) =>
  z.discriminatedUnion('type', [
    variantSchema(
      {
        type: 'exact',
        title: 'Equals',
        description: `The ${thing} has this value.`,
        options: {
          name: name().register(fields, { title: 'Name', description: `The name of the ${thing}.` }),
          value: z.string().max(4096).register(fields, { title: 'Value', description: 'Compared to the letter.' }),
        },
      },
      {},
    ),
    variantSchema(
      {
        type: 'regex',
        title: 'Matches',
        description: `The whole value of the ${thing} matches this expression.`,
        options: {
          name: name().register(fields, { title: 'Name', description: `The name of the ${thing}.` }),
          value: pattern().register(fields, {
            title: 'Pattern',
            description: 'An RE2 expression for the whole value.',
          }),
        },
      },
      {},
    ),
    variantSchema(
      {
        type: 'present',
        title: 'Is there',
        description: `The ${thing} is there, whatever its value.`,
        options: { name: name().register(fields, { title: 'Name', description: `The name of the ${thing}.` }) },
      },
      {},
    ),
  ])

const headerName = () =>
  z
    .string()
    .max(256)
    .regex(/^[!#$%&'*+.^_`|~0-9a-z-]+$/, 'write a header name in lower case')
const queryName = () => z.string().min(1).max(256)

const match = z.strictObject({
  listeners: z
    .array(slug().register(fields, { title: 'Listener', description: 'The id of a listener.', ref: 'listeners' }))
    .min(1)
    .max(1000)
    .optional()
    .register(fields, {
      title: 'Listeners',
      description: 'Only requests that came in here; absent: all.',
      advanced: true,
    }),
  hosts: z
    .array(
      host.register(fields, {
        title: 'Host',
        description: 'A host, or *. before one for every host below it.',
        example: 'shop.example.com',
      }),
    )
    .min(1)
    .max(1000)
    .optional()
    .register(fields, { title: 'Hosts', description: 'Only requests for these hosts; absent: any.' }),
  path: path.optional().register(fields, { title: 'Path', description: 'Only requests for such a path; absent: any.' }),
  methods: z
    .array(
      z
        .string()
        .max(64)
        .regex(method, 'write a method in capitals, such as GET')
        .register(fields, { title: 'Method', description: 'In capitals.', example: 'GET' }),
    )
    .min(1)
    .max(50)
    .optional()
    .register(fields, { title: 'Methods', description: 'Only these methods; absent: any.', advanced: true }),
  headers: z
    .array(
      condition('header', headerName).register(fields, {
        title: 'Header condition',
        description: 'All of them must hold.',
      }),
    )
    .max(50)
    .default([])
    .register(fields, {
      title: 'Headers',
      description: 'Conditions on request headers; all must hold.',
      advanced: true,
    }),
  query: z
    .array(
      condition('parameter', queryName).register(fields, {
        title: 'Query condition',
        description: 'All of them must hold.',
      }),
    )
    .max(50)
    .default([])
    .register(fields, {
      title: 'Query',
      description: 'Conditions on query parameters; all must hold.',
      advanced: true,
    }),
})

const upstreamRef = () =>
  slug().register(fields, { title: 'Upstream', description: 'Who serves the request.', ref: 'upstreams' })

const forward = z.union([
  z
    .strictObject({ upstream: upstreamRef() })
    .register(fields, { title: 'One upstream', description: 'Every request goes to this upstream.' }),
  z
    .strictObject({
      split: z
        .array(
          z
            .strictObject({
              upstream: upstreamRef(),
              weight: z
                .int()
                .min(0)
                .max(65_535)
                .default(1)
                .register(fields, { title: 'Weight', description: 'The share of this upstream against the others.' }),
            })
            .register(fields, { title: 'Part', description: 'An upstream and its share.' }),
        )
        .min(1)
        .max(100)
        .register(fields, { title: 'Split', description: 'Upstreams that share the requests by weight.' }),
    })
    .register(fields, { title: 'Weighted split', description: 'Requests are shared between several upstreams.' }),
])

/** `middlewareUse` is one place in the list: a middleware written out, or a reference to a shared one. */
export const createRouteSchema = <Use extends z.ZodType>(middlewareUse: Use) =>
  z
    .strictObject({
      id: id('route', 'shop'),
      ...resourceFields,
      enabled: z
        .boolean()
        .default(true)
        .register(fields, { title: 'Enabled', description: 'Off: as if the route were not there.' }),
      priority: z.int().min(-1_000_000).max(1_000_000).default(0).register(fields, {
        title: 'Priority',
        description: 'Higher wins before anything else is compared.',
        advanced: true,
      }),
      match: match
        .prefault({})
        .register(fields, { title: 'Match', description: 'Which requests take this route; empty: all.' }),
      middleware: z.array(middlewareUse).max(100).default([]).register(fields, {
        title: 'Middleware',
        description: 'What happens on the way in, in this order, and on the way out in reverse.',
      }),
      forward: forward.optional().register(fields, {
        title: 'Forward',
        description: 'Where the request goes; may be absent where a middleware answers.',
      }),
      timeouts: overriding(upstreamTimeouts).optional().register(fields, {
        title: 'Time-outs',
        description: "Instead of the upstream's; what is absent is as the upstream says.",
        advanced: true,
      }),
      retries: overriding(upstreamRetries).optional().register(fields, {
        title: 'Retries',
        description: "Instead of the upstream's; what is absent is as the upstream says.",
        advanced: true,
      }),
      limits: z
        .strictObject({
          bodyBytes: z.int().min(0).max(Number.MAX_SAFE_INTEGER).default(0).register(fields, {
            title: 'Body size',
            description: 'A request body may be this long; beyond it the answer is 413. 0 is off.',
            unit: 'bytes',
          }),
        })
        .prefault({})
        .register(fields, { title: 'Limits', description: 'What a request may bring.', advanced: true }),
      upgrades: z
        .array(
          z
            .string()
            .max(64)
            .regex(
              /^[!#$%&'*+.^_`|~0-9a-z-]+(?:\/[!#$%&'*+.^_`|~0-9a-z-]+)?$/,
              'write the name of a protocol in lower case, such as websocket',
            )
            .register(fields, { title: 'Protocol', description: 'In lower case.', example: 'websocket' }),
        )
        .max(20)
        .default(['websocket'])
        .register(fields, {
          title: 'Upgrades',
          description: 'Protocols that a client may switch to; with none, WebSockets are refused too.',
          advanced: true,
        }),
    })
    .register(fields, { title: 'Route', description: 'A match, middleware, and where to forward.' })
