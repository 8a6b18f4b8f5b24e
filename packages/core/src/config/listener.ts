import { z } from 'zod'
import { fields, slug } from '../schema/fields.ts'
import { id, milliseconds, resourceFields } from './resource.ts'

const cidr = z.union([z.ipv4(), z.ipv6(), z.cidrv4(), z.cidrv6()], 'write an address or a range, such as 10.0.0.0/8')

const limits = z.strictObject({
  headerBytes: z.int().min(1024).max(1_048_576).default(16_384).register(fields, {
    title: 'Header size',
    description: 'The head of a request may be this long; beyond it the answer is 431.',
    unit: 'bytes',
  }),
  headerCount: z.int().min(10).max(2000).default(100).register(fields, {
    title: 'Header fields',
    description: 'A request may have this many fields; beyond it the answer is 431.',
  }),
  uriBytes: z.int().min(256).max(65_536).default(8192).register(fields, {
    title: 'Target length',
    description: 'Path and query may be this long; beyond it the answer is 414.',
    unit: 'bytes',
  }),
  connections: z.int().min(0).max(1_000_000).default(10_000).register(fields, {
    title: 'Connections',
    description: 'Open client connections per worker; further ones are closed at once. 0 is off.',
  }),
  connectionsPerClient: z.int().min(0).max(1_000_000).default(0).register(fields, {
    title: 'Connections per client',
    description: 'Open connections of one client address per worker. 0 is off.',
  }),
  requestsPerConnection: z.int().min(0).max(1_000_000_000).default(0).register(fields, {
    title: 'Requests per connection',
    description: 'After this many the connection is closed. 0 is off.',
  }),
})

const timeouts = z.strictObject({
  headersMs: milliseconds(
    { title: 'Header', description: 'A client has this long to send the head of a request; then 408. 0 is off.' },
    10_000,
  ),
  idleMs: milliseconds(
    { title: 'Idle', description: 'A connection without a request is closed after this. 0 is off.' },
    75_000,
  ),
  bodyIdleMs: milliseconds(
    {
      title: 'Body idle',
      description: 'A client that sends or takes nothing of a body for this long is cut off. 0 is off.',
    },
    60_000,
  ),
})

const tls = z.strictObject({
  certificates: z
    .array(
      slug().register(fields, {
        title: 'Certificate',
        description: 'The id of a certificate.',
        ref: 'certificates',
      }),
    )
    .max(1000)
    .default([])
    .register(fields, {
      title: 'Certificates',
      description:
        'Chosen by the server name that a client asks for. The first serves those that ask for none of them.',
    }),
  minVersion: z
    .enum(['TLSv1.2', 'TLSv1.3'])
    .default('TLSv1.2')
    .register(fields, { title: 'Lowest version', description: 'Clients that speak only older ones are refused.' }),
})

const paths = z.strictObject({
  mergeSlashes: z
    .boolean()
    .default(true)
    .register(fields, { title: 'Merge slashes', description: 'Several slashes in a row count, and are sent, as one.' }),
  encodedSeparators: z.enum(['refuse', 'keep']).default('refuse').register(fields, {
    title: 'Encoded separators',
    description:
      'What happens to a path with %2F or %5C: refuse answers 400; keep passes it on as it is, as a part of one segment.',
  }),
})

export const listenerSchema = z
  .strictObject({
    id: id('listener', 'web'),
    ...resourceFields,
    address: z
      .union([z.ipv4(), z.ipv6()], 'write an IP address, such as 0.0.0.0 or ::')
      .default('0.0.0.0')
      .register(fields, {
        title: 'Address',
        description: 'The address to accept connections on; 0.0.0.0 is every IPv4 address of the machine.',
      }),
    port: z.int().min(0).max(65_535).register(fields, {
      title: 'Port',
      description: 'The port to accept connections on; 0 takes a free one.',
      example: '8080',
    }),
    protocol: z
      .enum(['http', 'https'])
      .default('http')
      .register(fields, { title: 'Protocol', description: 'What is spoken on this port.' }),
    tls: tls
      .prefault({})
      .register(fields, { title: 'TLS', description: 'How https is spoken; http has nothing of it.' }),
    trustedProxies: z
      .array(
        cidr.register(fields, {
          title: 'Range',
          description: 'An address or a range in CIDR form.',
          example: '10.0.0.0/8',
        }),
      )
      .max(1000)
      .default([])
      .register(fields, {
        title: 'Trusted proxies',
        description: 'Peers whose forwarded headers are believed. From all others they are removed.',
        advanced: true,
      }),
    limits: limits
      .prefault({})
      .register(fields, { title: 'Limits', description: 'What a client may ask of this listener.', advanced: true }),
    timeouts: timeouts
      .prefault({})
      .register(fields, { title: 'Time-outs', description: 'How long a client may take.', advanced: true }),
    paths: paths.prefault({}).register(fields, {
      title: 'Paths',
      description: 'How strictly paths are read. What matches a route is what its targets get.',
      advanced: true,
    }),
  })
  .register(fields, { title: 'Listener', description: 'An address and a port that we accept on.' })
