import { z } from 'zod'
import { strategyUnion } from '../balancers/union.ts'
import { fields } from '../schema/fields.ts'
import { variantSchema } from '../schema/variant.ts'
import { id, milliseconds, optionalMilliseconds, resourceFields } from './resource.ts'

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

const timeouts = z.strictObject({
  connectMs: milliseconds(
    {
      title: 'Connect',
      description: 'Opening a connection to a target may take this long; then another one is tried, or 504.',
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
})

/** The upstream's time-outs where a route sets its own; absent ones stay the upstream's. */
export const routeTimeouts = z.strictObject({
  connectMs: optionalMilliseconds({ title: 'Connect', description: "Instead of the upstream's." }, 1),
  responseMs: optionalMilliseconds({ title: 'Response', description: "Instead of the upstream's." }),
  idleMs: optionalMilliseconds({ title: 'Idle', description: "Instead of the upstream's." }),
  totalMs: optionalMilliseconds({ title: 'Total', description: "Instead of the upstream's." }),
  tunnelIdleMs: optionalMilliseconds({ title: 'Tunnel idle', description: "Instead of the upstream's." }),
})

export const retries = z.strictObject({
  attempts: z.int().min(0).max(10).default(1).register(fields, {
    title: 'Retries',
    description:
      'How many more targets are tried when one cannot be reached. What may have been executed is never sent twice.',
  }),
})

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
    timeouts: timeouts
      .prefault({})
      .register(fields, { title: 'Time-outs', description: 'How long targets may take.', advanced: true }),
    retries: retries.prefault({}).register(fields, {
      title: 'Retries',
      description: 'What happens when a target cannot be reached.',
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
