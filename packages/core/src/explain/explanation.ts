import type { ErrorCode } from '../errors.ts'
import type { Criterion } from '../routing/candidate.ts'

/** What a gateway does with a request, and why. Plain JSON. */
export interface Explanation {
  /** The request as the gateway reads it; null when it is refused for how it is written. */
  readonly request: ExplainedRequest | null
  readonly outcome: Outcome
  /** Every route of the configuration: the one that is taken, those that match too, the others; each in order of preference. */
  readonly routes: readonly ConsideredRoute[]
  /** The id of the route that is taken. */
  readonly route: string | null
  /** In the order of the route. */
  readonly middleware: readonly MiddlewareStep[]
  /** Null where it does not come to that. */
  readonly forward: ExplainedForward | null
  /** What the target is sent; where it is not known which target, as the first that may be chosen is sent it. Null as above. */
  readonly outgoing: SentHead | null
  /** The answer, where it is made here. The body is null where it is no text. */
  readonly answer: { readonly status: number; readonly headers: readonly Field[]; readonly body: string | null } | null
}

/** A header field: name as spelled, value. */
export type Field = readonly [name: string, value: string]

export interface ExplainedRequest {
  readonly listener: string
  readonly method: string
  readonly scheme: 'http' | 'https'
  /** The Host field as sent; empty when there is none. */
  readonly authority: string
  /** As routes see it: lower case, without a port. */
  readonly host: string
  /** Canonical; the form in which it is matched and forwarded. */
  readonly path: string
  /** As sent, without `?`. */
  readonly query: string
  /** As far as trusted proxies say. */
  readonly clientIp: string
  /** The protocol that the client asks to switch to. */
  readonly upgrade: string | null
}

export type Outcome =
  /** The gateway answers with an error of its own. */
  | { readonly type: 'refused'; readonly code: ErrorCode; readonly status: number }
  /** A middleware answers, or the gateway for itself (`OPTIONS *`). */
  | { readonly type: 'answered'; readonly status: number }
  /** `target` is null where the draw, or the load of the moment, decides. */
  | { readonly type: 'forwarded'; readonly upstream: string; readonly target: string | null }

export interface ConsideredRoute {
  readonly id: string
  readonly result: 'taken' | 'outranked' | 'not-matched' | 'disabled'
  /** The conditions that do not hold; empty for a disabled route, of which none are asked. */
  readonly failed: readonly FailedCondition[]
  /** By what the route that is taken goes before this one; null where it does not match. */
  readonly outrankedBy: Criterion | null
}

export interface FailedCondition {
  readonly condition: 'listener' | 'host' | 'path' | 'method' | 'header' | 'query'
  /** Of the header or parameter; null for the others. */
  readonly name: string | null
  readonly type: 'one-of' | 'exact' | 'prefix' | 'regex' | 'present'
  /** What the route asks for; empty for `present`. */
  readonly expected: readonly string[]
  /** What the request has; empty when it has nothing of the kind. */
  readonly actual: readonly string[]
}

export interface MiddlewareStep {
  readonly type: string
  /** The id of the shared middleware that stands here; null where it is written out. */
  readonly ref: string | null
  readonly decision: 'passed' | 'answered' | 'failed' | 'not-reached'
  /** What a request is refused with that a middleware fails; null for all others. */
  readonly code: ErrorCode | null
  /** What it changed of the outgoing request, on the way in. */
  readonly request: readonly Change[]
  /** What it changed of the answer, on the way out; of a target's answer, as if it were the one given, or a bare 200. */
  readonly response: readonly Change[]
}

export interface Change {
  readonly part: 'method' | 'path' | 'query' | 'host' | 'status' | 'body' | 'header'
  /** Of the header, in lower case; null for the others. */
  readonly name: string | null
  /** Every value; empty where there was or is none. */
  readonly before: readonly string[]
  readonly after: readonly string[]
}

export interface ExplainedForward {
  /** The upstreams that share the requests of the route, with their expected shares; empty where it names one. */
  readonly split: readonly { readonly upstream: string; readonly weight: number; readonly share: number }[]
  /** The upstream that the route gives the request to. */
  readonly upstream: string
  /** The upstream that serves: another one where none of the first's targets is eligible and it hands over. */
  readonly servedBy: string
  /** The `type` of its strategy. */
  readonly strategy: string
  /** The tier of its targets that serves. */
  readonly tier: number
  /** None of its targets is eligible by its health. */
  readonly noneEligible: boolean
  /** Where the hash key comes from and what it is; empty where the request has none. Null for strategies without. */
  readonly key: { readonly from: string; readonly name: string | null; readonly value: string } | null
  /** The cookie that names a target goes before the strategy. Whether one that was sent is valid only the node can tell. */
  readonly affinity: { readonly cookie: string; readonly sent: boolean } | null
  readonly targets: readonly TargetCandidate[]
  /** Null where none is eligible. `turn` is the place in the sequence of picks, which counts from its beginning. */
  readonly decidedBy: 'key' | 'turn' | 'load' | 'draw' | null
  /** The target that is chosen; null where load or draw decide, or none is eligible. */
  readonly target: string | null
}

export interface TargetCandidate {
  readonly id: string
  readonly url: string
  readonly weight: number
  /** The weight that counts at this pick. */
  readonly effectiveWeight: number
  readonly tier: number
  readonly eligible: boolean
  /** Why it is not eligible; null where it is. */
  readonly reason: 'disabled' | 'draining' | 'weight-0' | 'other-tier' | 'unhealthy' | null
  /** The share of the requests of this upstream that it is expected to get now. */
  readonly share: number
}

export interface SentHead {
  readonly method: string
  /** Path and query, behind the base path of the target. */
  readonly url: string
  readonly host: string
  /** In the order in which they are sent, Host left out. */
  readonly headers: readonly Field[]
}
