import { z } from 'zod'
import { strategyUnion } from '../balancers/union.ts'
import { fields, slug } from '../schema/fields.ts'
import { variantSchema } from '../schema/variant.ts'
import { affinity } from './affinity.ts'
import { breaker } from './breaker.ts'
import { pemText } from './certificate.ts'
import { health, slowStart } from './health.ts'
import { id, milliseconds, resourceFields } from './resource.ts'

/** `http` or `https`, a host, perhaps a port, perhaps a base path; no user, query or fragment. */
const targetUrl = z
  .string()
  .max(2048)
  .regex(
    /^https?:\/\/(?:\[[0-9a-fA-F:.]+\]|[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?)(?::[0-9]{1,5})?(?:\/[A-Za-z0-9._~!$&'()*+,;=:@%/-]*)?$/,
    'write a URL such as http://10.0.0.7:8080 or https://app.example.com/base',
  )

export const targetSchema = z.strictObject({
  id: id('target'),
  ...resourceFields,
  url: targetUrl.register(fields, {
    title: 'Address',
    description: 'Where requests are sent: scheme, host, port, and perhaps a base path.',
    example: 'http://10.0.0.7:8080',
  }),
  weight: z.int().min(0).max(65_535).default(1).register(fields, {
    title: 'Weight',
    description: 'The share of this target against the others, 0 to 65535; 0 takes no new traffic.',
  }),
  enabled: z
    .boolean()
    .default(true)
    .register(fields, { title: 'Enabled', description: 'Off: as if the target were not there.' }),
  drain: z
    .boolean()
    .default(false)
    .register(fields, { title: 'Drain', description: 'Takes nothing new and finishes what it has.' }),
  tier: z.int().min(0).max(9).default(0).register(fields, {
    title: 'Tier',
    description:
      'Targets of a higher tier are backups: they get traffic only when too few of the tiers before are well.',
    advanced: true,
  }),
  maxInFlight: z.int().min(0).max(1_000_000).default(0).register(fields, {
    title: 'Requests at once',
    description: 'So many requests it may have in hand, per worker; further ones go elsewhere or wait. 0 is off.',
    advanced: true,
  }),
  maxConnections: z.int().min(0).max(1_000_000).default(0).register(fields, {
    title: 'Connections',
    description: 'So many connections may be open to it, per worker; further requests go elsewhere or wait. 0 is off.',
    advanced: true,
  }),
})

const hostPolicy = z.discriminatedUnion('type', [
  variantSchema(
    { type: 'preserve', title: "The client's", description: 'Send the Host that the client sent.', options: {} },
    {},
  ),
  variantSchema(
    { type: 'target', title: "The target's", description: "Send the host of the target's address.", options: {} },
    {},
  ),
  variantSchema(
    {
      type: 'fixed',
      title: 'Fixed',
      description: 'Always send this one.',
      options: {
        value: z
          .string()
          .regex(
            /^[A-Za-z0-9._-]+(?::[0-9]{1,5})?$|^\[[0-9a-fA-F:.]+\](?::[0-9]{1,5})?$/,
            'write a host, perhaps with a port',
          )
          .max(255)
          .register(fields, { title: 'Host', description: 'The Host to send.', example: 'app.internal' }),
      },
    },
    {},
  ),
])

export const upstreamTimeouts = z.strictObject({
  connectMs: milliseconds(
    {
      title: 'Connect',
      description: 'Opening a connection to a target may take this long; then another one is tried, or 504.',
    },
    5000,
    1,
  ),
  tlsMs: milliseconds(
    {
      title: 'TLS',
      description: 'Agreeing on TLS with a target may take this long; then another one is tried, or 504.',
    },
    5000,
    1,
  ),
  responseMs: milliseconds(
    { title: 'Response', description: 'A target has this long to begin its answer; then 504. 0 is off.' },
    60_000,
  ),
  idleMs: milliseconds(
    { title: 'Idle', description: 'A body that stands still for this long is cut off. 0 is off.' },
    60_000,
  ),
  totalMs: milliseconds({ title: 'Total', description: 'The whole exchange may take this long. 0 is off.' }, 0),
  tunnelIdleMs: milliseconds(
    { title: 'Tunnel idle', description: 'A WebSocket in which nothing moves for this long is closed. 0 is off.' },
    0,
  ),
  keepAliveMs: milliseconds(
    {
      title: 'Keep-alive',
      description:
        'An unused connection is kept for this long, or for a second less than the target itself says. 0 keeps none.',
    },
    4000,
  ),
})

export const upstreamRetries = z.strictObject({
  attempts: z.int().min(0).max(10).default(1).register(fields, {
    title: 'Retries',
    description:
      'How many more targets are tried when one cannot be reached. What may have been executed is never sent twice.',
  }),
  onStatus: z
    .array(
      z.int().min(400).max(599).register(fields, {
        title: 'Status',
        description: 'A status of an answer; 429 and 500 to 599 are sensible.',
        example: '503',
      }),
    )
    .max(200)
    .default([])
    .register(fields, {
      title: 'On status',
      description: 'Answers with such a status are dropped and the request is tried again, if its method allows that.',
    }),
  perTryMs: milliseconds(
    { title: 'Per try', description: 'A try that has no answer after this is given up for the next one. 0 is off.' },
    0,
  ),
  backoffMs: milliseconds(
    {
      title: 'Wait',
      description: 'Before a further try we wait up to this long, twice as long each time, at random. 0 is off.',
    },
    25,
  ),
  budgetPercent: z.int().min(0).max(100).default(20).register(fields, {
    title: 'Budget',
    description: 'Retries may be this share of the requests, so that they never bury a target that is down.',
    unit: 'percent',
  }),
  bodyBytes: z.int().min(0).max(16_777_216).default(65_536).register(fields, {
    title: 'Replayable body',
    description: 'A request body up to this size is kept to be sent again; a longer one is sent once only.',
    unit: 'bytes',
  }),
})

const queue = z.strictObject({
  limit: z.int().min(0).max(1_000_000).default(1000).register(fields, {
    title: 'Length',
    description: 'So many requests may wait, per worker; further ones are answered 503 at once.',
  }),
  timeoutMs: milliseconds({ title: 'Time', description: 'A request waits at most this long; then 503.' }, 5000, 1),
})

const tls = z.strictObject({
  verify: z.boolean().default(true).register(fields, {
    title: 'Verify',
    description: 'Only targets whose certificate is valid for their name are spoken to.',
  }),
  ca: pemText(524_288).optional().register(fields, {
    title: 'Authorities',
    description:
      'Certificates in PEM form of who may vouch for the targets; absent: the authorities that Node.js comes with.',
    example: '-----BEGIN CERTIFICATE-----',
    multiline: true,
  }),
  serverName: z
    .string()
    .max(253)
    .regex(/^[A-Za-z0-9_](?:[A-Za-z0-9_.-]*[A-Za-z0-9_])?$/, 'write a host name, such as app.internal')
    .optional()
    .register(fields, {
      title: 'Server name',
      description: "Asked for, and expected in the certificate, instead of the host in a target's address.",
      example: 'app.internal',
    }),
  certificate: slug().optional().register(fields, {
    title: 'Client certificate',
    description: 'The id of the certificate that is shown to targets that ask who we are.',
    ref: 'certificates',
  }),
})

/** Where requests go when no target is eligible by its health. */
const whenNoneEligible = z.union([
  z.enum(['use-all', 'fail']).register(fields, {
    title: 'Choice',
    description: 'use-all: as if every target were well. fail: answer 503.',
  }),
  z
    .strictObject({
      upstream: slug().register(fields, {
        title: 'Upstream',
        description: 'The id of the upstream that serves meanwhile.',
        ref: 'upstreams',
      }),
    })
    .register(fields, { title: 'Another upstream', description: 'Another upstream serves meanwhile.' }),
])

export const upstreamSchema = z
  .strictObject({
    id: id('upstream', 'shop'),
    ...resourceFields,
    strategy: strategyUnion
      .prefault({ type: 'weighted-round-robin' })
      .register(fields, { title: 'Strategy', description: 'How a target is chosen for each request.' }),
    targets: z
      .array(targetSchema.register(fields, { title: 'Target', description: 'One address of the upstream.' }))
      .max(10_000)
      .default([])
      .register(fields, { title: 'Targets', description: 'The addresses that share the traffic.' }),
    host: hostPolicy
      .prefault({ type: 'preserve' })
      .register(fields, { title: 'Host header', description: 'Which Host the targets see.' }),
    health: health.prefault({}).register(fields, {
      title: 'Health',
      description: 'How it is found out which targets are well.',
    }),
    slowStart: slowStart.optional().register(fields, {
      title: 'Slow start',
      description: 'New and restored targets get their share little by little; absent: at once.',
      advanced: true,
    }),
    tierMinPercent: z.int().min(0).max(100).default(0).register(fields, {
      title: 'Share of a tier',
      description:
        'The next tier serves when less than this share of the targets of a tier is eligible; 0: when none of them is.',
      unit: 'percent',
      advanced: true,
    }),
    whenNoneEligible: whenNoneEligible.default('use-all').register(fields, {
      title: 'When none is well',
      description:
        'What happens when every target is unhealthy or taken out. A single target is never given up because of probes alone.',
      advanced: true,
    }),
    affinity: affinity.optional().register(fields, {
      title: 'Affinity',
      description: 'A client comes back to the target it was sent to before; absent: it does not.',
      advanced: true,
    }),
    breaker: breaker.optional().register(fields, {
      title: 'Circuit breaker',
      description: 'Spares the targets while most requests fail, or when there are too many at once; absent: off.',
      advanced: true,
    }),
    tls: tls
      .prefault({})
      .register(fields, { title: 'TLS', description: 'How https targets are spoken to.', advanced: true }),
    timeouts: upstreamTimeouts
      .prefault({})
      .register(fields, { title: 'Time-outs', description: 'How long targets may take.', advanced: true }),
    retries: upstreamRetries.prefault({}).register(fields, {
      title: 'Retries',
      description: 'What happens when a target cannot be reached.',
      advanced: true,
    }),
    queue: queue.prefault({}).register(fields, {
      title: 'Queue',
      description: 'Requests that wait while every target has as much as it may.',
      advanced: true,
    }),
    drainMs: milliseconds(
      {
        title: 'Drain',
        description:
          'What a removed or draining target is still serving may go on for this long; then it is ended (WebSockets with 1012).',
        advanced: true,
      },
      30_000,
    ),
  })
  .register(fields, { title: 'Upstream', description: 'A named set of targets with a strategy.' })
