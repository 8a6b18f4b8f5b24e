import { z } from 'zod'
import { causeSchema, healthStates, targetEventSchema } from './target-events.ts'

/**
 * What a node and the control plane say to each other at `/api/node`. Counters are cumulative since the node's
 * `instance` began, so that a lost report loses nothing.
 */

const count = z.int().min(0).max(Number.MAX_SAFE_INTEGER)
const name = z
  .string()
  .min(1)
  .max(63)
  .regex(/^[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?$/)
const hash = z.string().regex(/^[0-9a-f]{64}$/)

/** Of the values of secrets: another one whenever one of them changes. It says nothing of them. */
const secretsVersion = z.string().regex(/^[0-9a-f]{16}$/)

/** A secret is at most so many characters long: a private key, or a token. */
export const longestSecret = 65_536

/** How a node asks for revisions. It gets the head at once unless it has it already, then each newer one. */
export const subscribeInput = z.strictObject({
  node: name,
  /** The last revision received, as `revisionId` writes it: also one that was rejected. */
  lastEventId: z.string().max(150).nullish(),
  /** The revision the node serves when it first connects, so that an unchanged head is not sent again. */
  serving: z
    .strictObject({ number: count, hash, secrets: z.strictObject({ version: secretsVersion }).optional() })
    .nullish(),
})
export type SubscribeInput = z.output<typeof subscribeInput>

/**
 * A revision as the id of an event: `3:` and its hash, and behind another `:` the version of its secrets if it has any. A
 * number alone would not tell another content of the same number apart, which a control plane has whose database was
 * put back or begun anew.
 */
export const revisionId = (revision: {
  number: number
  hash: string
  secrets?: { version: string } | undefined
}): string => {
  const { number, hash, secrets } = revision
  return secrets ? `${number}:${hash}:${secrets.version}` : `${number}:${hash}`
}

/** The values of secrets by their names. They are for the node alone: never in a log, a state, a report or an answer. */
export const secretValuesSchema = z.strictObject({
  version: secretsVersion,
  values: z.record(z.string().min(1).max(63), z.string().max(longestSecret)),
})
export type SecretValues = z.output<typeof secretValuesSchema>

/** A revision as pushed. `document` is the canonical JSON text whose SHA-256 is `hash`: check it before parsing. */
export const snapshotSchema = z.strictObject({
  number: z.int().min(1),
  hash,
  document: z.string().max(64 * 1024 * 1024),
  publishedAt: z.string().max(40),
  /** Of the secrets that the document refers to; absent when it refers to none. One of these changes without a new number. */
  secrets: secretValuesSchema.optional(),
})
export type Snapshot = z.output<typeof snapshotSchema>

const problem = z.strictObject({ path: z.string().max(1000), message: z.string().max(2000) })

/** A node's word about one revision. */
export const outcomeSchema = z.discriminatedUnion('status', [
  z.strictObject({
    status: z.literal('applied'),
    number: z.int().min(1),
    hash,
    ms: z.number().min(0),
    at: z.string().max(40),
  }),
  z.strictObject({
    status: z.literal('rejected'),
    number: z.int().min(1),
    hash,
    at: z.string().max(40),
    code: z.string().max(64),
    message: z.string().max(2000),
    problems: z.array(problem).max(100),
  }),
])
export type Outcome = z.output<typeof outcomeSchema>

/** How a target is, at one node. */
export const targetHealthSchema = z.strictObject({
  state: z.enum(healthStates),
  /** Since when, ISO 8601. */
  since: z.string().max(40),
  /** Why it is unhealthy or ejected, or why its last probe failed. */
  cause: causeSchema.optional(),
  /** It is picked in spite of its state: it is the only one, or none is eligible. */
  exempt: z.literal(true).optional(),
  /** Until when it is ejected, ISO 8601. */
  ejectedUntil: z.string().max(40).optional(),
  /** The weight that counts now, slow start and failures taken into account; 0 while it takes nothing new. */
  effectiveWeight: z.number().min(0),
  /** Workers that may pick it now. */
  eligibleWorkers: count,
  /** It takes nothing new and finishes what it has; until when, ISO 8601. */
  drainsUntil: z.string().max(40).optional(),
  /** Of slow start: when it will have its whole weight, ISO 8601. */
  slowStartUntil: z.string().max(40).optional(),
})
export type TargetHealth = z.output<typeof targetHealthSchema>

/** How an upstream is as a whole, at one node. */
export const upstreamHealthSchema = z.strictObject({
  upstream: z.string().max(63),
  /** None of its targets is eligible by health, and what is done about it: `use-all`, `fail`, or the id of an upstream. */
  noneEligible: z.string().max(63).nullable(),
  /** The tier that serves. */
  tier: count,
  /** The worst of its workers' breakers; null where it has none. */
  breaker: z.enum(['closed', 'half-open', 'open']).nullable(),
  /**
   * How much more than its expected share the target gets that gets most of that, over the last minute: 1 is even. Null
   * while there is too little traffic.
   */
  fairness: z.number().min(0).nullable(),
})
export type UpstreamHealth = z.output<typeof upstreamHealthSchema>

export const targetTrafficSchema = z.strictObject({
  upstream: z.string().max(63),
  target: z.string().max(63),
  /** Attempts sent to it. */
  requests: count,
  /** Attempts that ended in a failure to connect, a reset, a time-out, or a status of 500 and above. */
  failures: count,
  inFlight: count,
  /** Open client connections or tunnels that it serves beyond a request: WebSockets. */
  tunnels: count,
  health: targetHealthSchema,
})
export type TargetTraffic = z.output<typeof targetTrafficSchema>

/** Sent every 2 s, and at once when an outcome or the health of a target changes. */
export const reportSchema = z.strictObject({
  node: name,
  /** New at each start of the node; counters begin at 0 with it. */
  instance: z.string().min(8).max(64),
  /** Of the software. */
  version: z.string().max(40),
  startedAt: z.string().max(40),
  /** The revision that serves, and since when. */
  serving: z
    .strictObject({ number: count, hash, since: z.string().max(40), source: z.enum(['control', 'snapshot']) })
    .nullable(),
  /** The latest outcome, whether it is what serves or not. */
  outcome: outcomeSchema.nullable(),
  workers: z
    .array(z.strictObject({ id: z.int().min(0), pid: z.int().min(0), revision: count, startedAt: z.string().max(40) }))
    .max(256),
  listeners: z
    .array(
      z.strictObject({
        id: z.string().max(63),
        address: z.string().max(100),
        port: z.int().min(0).max(65_535),
        connections: count,
      }),
    )
    .max(1000),
  targets: z.array(targetTrafficSchema).max(100_000),
  upstreams: z.array(upstreamHealthSchema).max(10_000),
  /** What happened since the last report that arrived, oldest first; the same ones again when that is not known. */
  events: z.array(targetEventSchema).max(500),
})
export type Report = z.output<typeof reportSchema>
