import { z } from 'zod'
import { fields } from '../schema/fields.ts'
import { variantSchema } from '../schema/variant.ts'
import { milliseconds } from './resource.ts'

const times = (words: { title: string; description: string }, fallback: number) =>
  z.int().min(1).max(100).default(fallback).register(fields, words)

/** When targets are asked and how often an answer must be the same; whatever is asked. */
const schedule = () => ({
  port: z.int().min(1).max(65_535).optional().register(fields, {
    title: 'Port',
    description: 'Where a target is asked; absent: at the port of its address.',
    advanced: true,
  }),
  intervalMs: milliseconds(
    { title: 'Interval', description: 'How often a target is asked while its state is certain.' },
    10_000,
    100,
  ),
  unsettledIntervalMs: milliseconds(
    {
      title: 'Interval in doubt',
      description: 'How often it is asked while its state is not known, in doubt or bad, if that is more often.',
    },
    2000,
    100,
  ),
  jitterPercent: z.int().min(0).max(100).default(10).register(fields, {
    title: 'Jitter',
    description: 'An interval is up to this much longer or shorter, at random, so that nodes do not ask all at once.',
    unit: 'percent',
    advanced: true,
  }),
  timeoutMs: milliseconds(
    { title: 'Time-out', description: 'A target that has not answered by then has failed.' },
    5000,
    1,
  ),
  healthyThreshold: times(
    { title: 'Healthy after', description: 'So many good answers in a row make an unhealthy target healthy.' },
    2,
  ),
  unhealthyThreshold: times(
    { title: 'Unhealthy after', description: 'So many failures in a row make a target unhealthy.' },
    3,
  ),
})

/** What a field value may hold: visible characters, spaces and tabs within (RFC 9110, 5.5), in ASCII. */
const fieldValue = z
  .string()
  .max(4096)
  .regex(/^(?:[!-~](?:[\t -~]*[!-~])?)?$/, 'write visible characters of ASCII')

const http = {
  path: z
    .string()
    .max(2048)
    .regex(/^\/[!-"$-~]*$/, 'begin with /, without spaces or #')
    .default('/')
    .register(fields, { title: 'Path', description: 'Path and query that are asked for.', example: '/health' }),
  method: z
    .enum(['GET', 'HEAD', 'OPTIONS', 'POST'])
    .default('GET')
    .register(fields, { title: 'Method', description: 'Sent without a body.' }),
  host: z
    .string()
    .max(255)
    .regex(
      /^[A-Za-z0-9._-]+(?::[0-9]{1,5})?$|^\[[0-9a-fA-F:.]+\](?::[0-9]{1,5})?$/,
      'write a host, perhaps with a port',
    )
    .optional()
    .register(fields, {
      title: 'Host',
      description: "The Host that is sent; absent: that of the target's address.",
      example: 'app.internal',
    }),
  headers: z
    .record(
      z
        .string()
        .min(1)
        .max(256)
        .regex(/^[!#$%&'*+.^_`|~0-9a-z-]+$/, 'write a header name in lower case')
        .refine(
          (name) => !['host', 'connection', 'content-length', 'transfer-encoding', 'upgrade'].includes(name),
          'this one is not for a configuration to set; for the host there is a field of its own',
        ),
      fieldValue,
    )
    .default({})
    .register(fields, { title: 'Headers', description: 'Sent with the request.', advanced: true }),
  expectStatus: z
    .array(
      z
        .string()
        .regex(/^[1-5][0-9]{2}(?:-[1-5][0-9]{2})?$/, 'write a status such as 204, or a range such as 200-399')
        .register(fields, { title: 'Status', description: 'A status, or a range of them.', example: '200-399' }),
    )
    .min(1)
    .max(50)
    .default(['200-399'])
    .register(fields, { title: 'Good status', description: 'An answer with one of these is good.' }),
  expectBody: z.string().min(1).max(4096).optional().register(fields, {
    title: 'Good body',
    description: 'The first 64 KiB of the answer hold this text, to the letter.',
    advanced: true,
  }),
}

const httpProbe = z.strictObject({ type: z.literal('http').default('http'), ...http, ...schedule() }).register(fields, {
  title: 'HTTP',
  description: 'A request like that of a client, by https where the target is spoken to by https.',
})

const tcpProbe = variantSchema(
  { type: 'tcp', title: 'TCP', description: 'A connection, with TLS where the target has it.', options: schedule() },
  {},
)

const grpcProbe = variantSchema(
  {
    type: 'grpc',
    title: 'gRPC',
    description: 'The health protocol of gRPC: grpc.health.v1.Health/Check.',
    options: {
      service: z
        .string()
        .max(255)
        .regex(/^[!-~]*$/, 'write the name of a service')
        .default('')
        .register(fields, {
          title: 'Service',
          description: 'The service that is asked about; empty: the server as a whole.',
          example: 'shop.Catalogue',
        }),
      ...schedule(),
    },
  },
  {},
)

const passive = z.strictObject({
  consecutiveFailures: z.int().min(0).max(10_000).default(5).register(fields, {
    title: 'Failures in a row',
    description:
      'Failures to connect, resets, time-outs and answers of 502 to 504; so many take a target out. 0 is off.',
  }),
  consecutive5xx: z.int().min(0).max(10_000).default(0).register(fields, {
    title: '5xx in a row',
    description: 'The same, with every answer of 500 to 599 counted as well. 0 is off.',
    advanced: true,
  }),
  consecutiveConnectFailures: z.int().min(0).max(10_000).default(0).register(fields, {
    title: 'Connect failures in a row',
    description: 'Only failures to connect and to agree on TLS. 0 is off.',
    advanced: true,
  }),
  failureRate: z
    .strictObject({
      percent: z.int().min(1).max(100).default(50).register(fields, {
        title: 'Share',
        description: 'Of the attempts that failed or were answered with 500 to 599.',
        unit: 'percent',
      }),
      windowMs: milliseconds({ title: 'Window', description: 'Over this time.' }, 10_000, 1000),
      minRequests: z.int().min(1).max(1_000_000).default(20).register(fields, {
        title: 'Attempts',
        description: 'Fewer attempts in the window say nothing.',
      }),
    })
    .optional()
    .register(fields, {
      title: 'Failure rate',
      description: 'Takes a target out by the share of failures in a window; absent: off.',
      advanced: true,
    }),
  ejectMs: milliseconds(
    {
      title: 'Out for',
      description: 'A target is out for this long the first time, and as much longer each time after.',
    },
    10_000,
    1,
  ),
  maxEjectMs: milliseconds({ title: 'Out for at most', description: 'It never stays out for longer.' }, 300_000, 1),
  maxEjectedPercent: z.int().min(0).max(100).default(50).register(fields, {
    title: 'Out at once',
    description: 'Of the targets of an upstream no more than this share is taken out by failures. 0 takes none out.',
    unit: 'percent',
  }),
})

/** How it is found out that a target is not well: by asking it, and by what becomes of requests. */
export const health = z.strictObject({
  active: z.union([httpProbe, tcpProbe, grpcProbe]).optional().register(fields, {
    title: 'Probes',
    description: 'Each node asks every target how it is; absent: it does not.',
  }),
  passive: passive.prefault({}).register(fields, {
    title: 'Failures',
    description: 'Targets at which requests fail are taken out for a while.',
  }),
})

export const slowStart = z.strictObject({
  windowMs: milliseconds({ title: 'Window', description: 'After this time a target gets its whole share.' }, 30_000, 1),
  minPercent: z.int().min(1).max(100).default(10).register(fields, {
    title: 'Begins with',
    description: 'Of its weight, this counts at the beginning.',
    unit: 'percent',
  }),
  aggression: z.number().min(0.1).max(10).default(1).register(fields, {
    title: 'Aggression',
    description: '1 grows evenly, more grows faster at the beginning, less more slowly.',
    advanced: true,
  }),
})
