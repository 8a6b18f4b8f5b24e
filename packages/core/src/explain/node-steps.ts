import type { Listener, TargetConfig, Upstream } from '../config/model.ts'
import type { ErrorCode } from '../errors.ts'
import type { Context, OutgoingRequest, ReceivedRequest } from '../middleware/contract.ts'
import type { RouteRequest } from '../routing/routable.ts'
import type { SentHead } from './explanation.ts'

/** What a node has made of the head of a request before it looks for a route. */
export interface Arrival {
  /** The request's id. */
  readonly id: string
  readonly received: ReceivedRequest & RouteRequest
  readonly outgoing: OutgoingRequest
  readonly client: Context['client']
  /** The protocol that the client asks to switch to, in lower case. */
  readonly upgrade: string | undefined
  /** How long its body is; -1 where that is not said beforehand. */
  readonly bodyBytes: number
}

/** What decides over tiers: of one target. */
export interface TierMember {
  readonly tier: number
  readonly takesTraffic: boolean
  readonly out: boolean
}

/**
 * The steps of a node that are as pure as the rest but live beside its sockets. They are plugged in, so that explaining
 * runs what the node runs and no likeness of it.
 */
export interface NodeSteps {
  /**
   * Reads the head of a request as a listener does.
   *
   * @param head latin1, up to the empty line inclusive
   * @param peer the address at the other end of the connection
   * @param requestId what the request is called where no trusted peer has named it
   */
  read(head: string, listener: Listener, peer: string, requestId: string): Arrival | ErrorCode
  /** The tier of an upstream that serves. */
  servingTier(
    members: Iterable<TierMember>,
    minPercent: number,
  ): { readonly tier: number; readonly noneEligible: boolean }
  /** The head that a target is sent; undefined when a middleware has made of it what cannot be sent. */
  write(arrival: Arrival, upstream: Upstream, target: TargetConfig): SentHead | undefined
}
