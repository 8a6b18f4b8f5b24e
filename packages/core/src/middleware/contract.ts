import type { z } from 'zod'
import type { PickRequest } from '../balancers/contract.ts'
import type { HeaderList } from '../http/header-list.ts'
import type { Variant } from '../schema/variant.ts'

declare global {
  /** The platform's own, whichever that is: core is compiled without the types of Node or of browsers. */
  interface AbortSignal {
    readonly aborted: boolean
  }
}

/** A body is passed on as it comes; a Node stream is one. */
export type Body = AsyncIterable<Uint8Array>

/** What came in. Nobody changes it, so that matching, hashing and logging see the same request whenever they look. */
export interface ReceivedRequest extends PickRequest {
  readonly method: string
  readonly scheme: 'http' | 'https'
  /** The Host field as sent: may carry a port. */
  readonly authority: string
  /** The canonical path that routes are matched on: dot segments resolved, no query. `*` for `OPTIONS *`. */
  readonly path: string
  /** The query as sent, without `?`; empty when there is none. */
  readonly query: string
  readonly headers: Omit<HeaderList, 'append' | 'appendNamed' | 'set' | 'delete' | 'vouch'>
  readonly httpVersion: string
  readonly body: Body | undefined
}

/** What will be sent to the target; middleware may change all of it. */
export interface OutgoingRequest {
  method: string
  /** Begins with `/`, or is `*`. The target's base path is put before it later. */
  path: string
  /** Without `?`. */
  query: string
  /** The Host field to send; undefined follows the upstream's host policy. */
  host: string | undefined
  /** End-to-end fields only: connection fields are the node's own business. */
  readonly headers: HeaderList
}

export interface GatewayResponse {
  /** 200 to 599. */
  status: number
  readonly headers: HeaderList
  body: string | Uint8Array | Body | undefined
}

/** A structured logger: object first, then a constant message. */
export interface Log {
  debug(object: object, message: string): void
  info(object: object, message: string): void
  warn(object: object, message: string): void
  error(object: object, message: string): void
}

/** One request on its way through the node. Ours, not Node's: the socket code below can change without touching a middleware. */
export interface Context {
  /** The request's id, sent on as `x-request-id`. */
  readonly id: string
  readonly received: ReceivedRequest
  readonly outgoing: OutgoingRequest
  /** Set by forwarding, or by a middleware that answers instead of calling `next`. */
  response: GatewayResponse | undefined
  readonly route: { readonly id: string }
  readonly client: { readonly ip: string; readonly port: number }
  /** Aborted when the client has gone. */
  readonly signal: AbortSignal
  readonly log: Log
  /** Notes of one middleware to another, for this request only. */
  readonly state: Map<string, unknown>
}

/** Code before `next()` is the way in, after it the way out. May be synchronous. */
export type Middleware = (ctx: Context, next: () => Promise<void> | void) => Promise<void> | void

/** What a middleware may use of the node. */
export interface MiddlewareServices {
  readonly log: Log
  /** Uniform in [0, 1). */
  random(): number
  /** Milliseconds, monotonic. */
  now(): number
}

export interface MiddlewareDefinition<Type extends string = string, Shape extends z.ZodRawShape = z.ZodRawShape>
  extends Variant<Type, Shape> {
  create(options: z.output<z.ZodObject<Shape>>, services: MiddlewareServices): Middleware
  /** It can answer by itself, so that a route that uses it needs no `forward`. What it lets pass there is not served. */
  readonly answers?: boolean
  /** What is wrong with these options although each field is right by itself: path inside the options, sentence. */
  check?(options: z.output<z.ZodObject<Shape>>): { path: (string | number)[]; message: string }[]
}

/** Declares a middleware: its tag, words, options and behaviour in one place. */
export function defineMiddleware<Type extends string, Shape extends z.ZodRawShape>(
  definition: MiddlewareDefinition<Type, Shape>,
): MiddlewareDefinition<Type, Shape> {
  return definition
}
