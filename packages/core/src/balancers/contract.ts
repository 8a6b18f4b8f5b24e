import type { z } from 'zod'
import type { Variant } from '../schema/variant.ts'
import type { KeySpace } from './key-space.ts'

/** What a balancer sees of a target. The live object belongs to the caller, who updates the counters. */
export interface Target {
  readonly id: string
  /**
   * Host name or address as written in the target's URL, an IPv6 address in its brackets; `hashAddress` of create.ts
   * takes it from a URL. Hash strategies place a target by host and port as nginx does.
   */
  readonly host: string
  /** Port as written in the URL; empty when the URL names none. */
  readonly port: string
  /** 0 to 65535; 0 takes no new traffic. */
  readonly weight: number
  /** How much of its weight counts now, above 0 and up to 1: less than 1 in slow start. */
  readonly ramp: number
  /** Requests sent and not yet finished. */
  readonly inFlight: number
  /** What its answers take, in milliseconds, as `PeakEwma` reads it now; NaN while nothing is known. */
  readonly latencyMs: number
}

/** What is in hand at all targets of a balancer together. Live: read at each pick. */
export interface UpstreamLoad {
  /** Requests sent and not yet finished. */
  readonly inFlight: number
  /** The weights, each times its ramp, of those targets that are eligible by their health; above 0 while any is. */
  readonly weight: number
}

/** What a hashing strategy may take its key from: the request as it came in, before any rewriting. */
export interface PickRequest {
  readonly clientIp: string
  /** Lower case, without port. */
  readonly host: string
  /** The request target as it stands on the wire: path and query. */
  readonly url: string
  /** Value of a request header by its lower-case name; several are joined with `, `. */
  header(name: string): string | undefined
}

/** Whether a target may be picked now. */
export type Eligible = (target: Target) => boolean

/**
 * Chooses among the targets it was created with. Knows nothing of health: `eligible` is the caller's and is asked
 * before a target is returned. Returns `undefined` only when no target of weight above 0 is eligible
 * (`round-robin` ignores the size of a weight, not its being 0). Allocates nothing per pick.
 */
export interface Balancer {
  pick(request: PickRequest, eligible: Eligible): Target | undefined
  /** An attempt at this target failed. */
  failed?(target: Target): void
  /** The weight a target has at present, where failures take from it; undefined for a target that is not ours. */
  effectiveWeight?(target: Target): number | undefined
}

export interface BalancerServices {
  /** Uniform in [0, 1). */
  random(): number
  /**
   * The balancer being replaced, of whatever strategy; a strategy takes over what it recognises, by target id. It does
   * so at its first pick, so that a runtime may be built long before it serves.
   */
  previous?: Balancer | undefined
  /**
   * Where in its turns a balancer without a previous one begins, in [0, 1): 0, the default, is where nginx begins.
   * Workers that balance the same upstream begin apart, so that their sum is even.
   */
  start?: number | undefined
  /** What strategies that bound the load of a target go by. Absent: nothing is bounded. */
  load?: UpstreamLoad | undefined
}

export interface Strategy<Type extends string = string, Shape extends z.ZodRawShape = z.ZodRawShape>
  extends Variant<Type, Shape> {
  create(targets: readonly Target[], options: z.output<z.ZodObject<Shape>>, services: BalancerServices): Balancer
  /**
   * The share of traffic each target is expected to get, in the order given, adding up to 1 (all 0 when none can be
   * picked); those that are not eligible get 0. Exact, unless `followsLoad`: then it is what many requests at once
   * come to when all targets are equally fast.
   */
  shares(targets: readonly Target[], options: z.output<z.ZodObject<Shape>>, eligible: Eligible): number[]
  /** Whether picks depend on what is in hand, so that only a simulation can tell the shares. Absent: they do not. */
  followsLoad?(options: z.output<z.ZodObject<Shape>>): boolean
  /** Of a strategy that hashes: which target has which keys while these are eligible. */
  keySpace?(targets: readonly Target[], options: z.output<z.ZodObject<Shape>>, eligible: Eligible): KeySpace
  /** What can be wrong only when options and targets are seen together; each a sentence. */
  check?(targets: readonly Target[], options: z.output<z.ZodObject<Shape>>): string[]
}

/** Declares a strategy: its tag, words, options and behaviour in one place. */
export function defineStrategy<Type extends string, Shape extends z.ZodRawShape>(
  strategy: Strategy<Type, Shape>,
): Strategy<Type, Shape> {
  return strategy
}
