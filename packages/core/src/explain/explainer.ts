import type { Config, Model, Route, TargetConfig } from '../config/model.ts'
import { type ErrorCode, errors, SwitchyardError } from '../errors.ts'
import { HeaderList } from '../http/header-list.ts'
import { compose } from '../middleware/compose.ts'
import type { Context, GatewayResponse, Log } from '../middleware/contract.ts'
import { codeOfThrown } from '../middleware/thrown.ts'
import { compileConsideration } from './consider-routes.ts'
import type { ExplainedForward, ExplainedRequest, Explanation, Field, Outcome, SentHead } from './explanation.ts'
import { kept } from './kept.ts'
import { createMiddlewareLists } from './middleware-lists.ts'
import type { Arrival, NodeSteps } from './node-steps.ts'
import { type ClientRequest, requestText } from './request-text.ts'
import { createUpstreamChoice, type UpstreamChoice } from './split.ts'
import { traceMiddleware } from './trace-middleware.ts'
import { UpstreamPicks } from './upstream-pick.ts'

/** What an explanation goes by beside the configuration and the request. */
export interface Surroundings {
  readonly steps: NodeSteps
  /** Aborted when nobody waits for the explanation any more. */
  readonly signal: AbortSignal
  /** The health of a target keeps it from being picked. @default none is out */
  readonly out?: (upstream: string, target: TargetConfig) => boolean
  /** Where in their turns balancers begin, in [0, 1). @default 0, where a single worker begins */
  readonly start?: number
  /** What the answer of a target is taken to be. @default 200 without fields */
  readonly answer?: { readonly status: number; readonly headers: readonly Field[] }
  /** What the request is called where no trusted peer has named it. @default explained */
  readonly requestId?: () => string
  /** Uniform in [0, 1). @default one half */
  readonly random?: () => number
  /** Milliseconds. @default time stands still */
  readonly now?: () => number
}

/** Explains requests as a worker would take them that has begun just now: each finds the turns where the one before left them. */
export interface Explainer {
  /** @throws SwitchyardError `not_found` when there is no such listener */
  explain(request: ClientRequest): Promise<Explanation>
}

/**
 * What a gateway of this configuration does with a request that is the first it gets. Nothing is sent anywhere.
 *
 * @throws SwitchyardError `not_found` when there is no such listener
 */
export function explainRequest(
  model: Pick<Model, 'catalogue'>,
  config: Config,
  request: ClientRequest,
  surroundings: Surroundings,
): Promise<Explanation> {
  return createExplainer(model, config, surroundings).explain(request)
}

export function createExplainer(
  { catalogue }: Pick<Model, 'catalogue'>,
  config: Config,
  surroundings: Surroundings,
): Explainer {
  const { steps, requestId = () => 'explained', start = 0, random = () => 0.5, now = () => 0 } = surroundings
  const { out = () => false } = surroundings
  const consider = compileConsideration(config.routes)
  const middlewareOf = createMiddlewareLists(catalogue, config, { log: silent, random, now })
  const choices = new Map<string, UpstreamChoice>()
  const upstreams = new Map<string, UpstreamPicks>()
  const pickServices = { random, start, out, servingTier: steps.servingTier }

  function choiceOf(route: Route): UpstreamChoice {
    return kept(choices, route.id, () => createUpstreamChoice(route, pickServices))
  }

  function picksOf(id: string | undefined): UpstreamPicks | undefined {
    const upstream = config.upstreams.find((upstream) => upstream.id === id)
    return upstream && kept(upstreams, upstream.id, () => new UpstreamPicks(upstream, pickServices))
  }

  function pick(route: Route, arrival: Arrival): Forwarding | ErrorCode {
    const choice = choiceOf(route)
    const first = picksOf(choice.choose())
    // A route without `forward` is for what its middleware answers: a request that they let pass is not among that.
    if (!first) return route.forward ? 'no_target' : 'no_route'
    const picks = serving(first, picksOf)
    const { exemplar, ...picked } = picks.pick(arrival.received)
    const forward = { ...picked, split: choice.split, upstream: first.config.id, servedBy: picks.config.id }
    const outgoing = exemplar && steps.write(arrival, picks.config, exemplar)
    if (!exemplar) return { forward, outgoing: null, refused: 'no_target' }
    return { forward, outgoing: outgoing ?? null, refused: outgoing ? undefined : 'internal' }
  }

  async function run(route: Route, arrival: Arrival): Promise<Partial<Explanation> & { outcome: Outcome }> {
    const ctx = contextOf(route, arrival, surroundings.signal)
    const trace = traceMiddleware(middlewareOf(route))
    let forwarding: Forwarding | undefined
    let refused: ErrorCode | undefined
    const forward = (): void => {
      const picked = pick(route, arrival)
      if (typeof picked === 'string') refused = picked
      else {
        forwarding = picked
        refused = picked.refused
      }
      ctx.response = refused ? bare(errors[refused].status, []) : answerOf(surroundings)
    }
    try {
      await compose(trace.watched, forward)(ctx)
    } catch (error) {
      refused = codeOfThrown(error)
    }
    const middleware = trace.steps()
    const { response } = ctx
    if (!refused && !response) refused = 'internal'
    const facts = { middleware, forward: forwarding?.forward ?? null, outgoing: forwarding?.outgoing ?? null }
    if (refused) return { ...facts, outcome: refusal(refused) }
    if (forwarding) {
      const { servedBy, target } = forwarding.forward
      return { ...facts, outcome: { type: 'forwarded', upstream: servedBy, target } }
    }
    const answer = response as GatewayResponse
    return { ...facts, answer: plainAnswer(answer), outcome: { type: 'answered', status: answer.status } }
  }

  async function explain(request: ClientRequest): Promise<Explanation> {
    const listener = config.listeners.find(({ id }) => id === request.listener)
    if (!listener) throw new SwitchyardError('not_found', { message: `There is no listener ${request.listener}.` })
    const head = requestText(request)
    const arrival = head === undefined ? 'bad_request' : steps.read(head, listener, request.peer, requestId())
    if (typeof arrival === 'string') return { ...nothing, outcome: refusal(arrival) }
    const read = { ...nothing, request: plainRequest(arrival) }
    // It asks about the server as a whole, which is the gateway (RFC 9110, 9.3.7).
    if (arrival.received.url === '*') {
      return { ...read, answer: { status: 204, headers: [], body: null }, outcome: { type: 'answered', status: 204 } }
    }
    const { route, routes } = consider(arrival.received)
    if (!route) return { ...read, routes, outcome: refusal('no_route') }
    const found = { ...read, routes, route: route.id }
    const refused = refusedByRoute(route, arrival)
    if (refused)
      return { ...found, middleware: traceMiddleware(middlewareOf(route)).steps(), outcome: refusal(refused) }
    return { ...found, ...(await run(route, arrival)) }
  }

  return { explain }
}

interface Forwarding {
  readonly forward: ExplainedForward
  readonly outgoing: SentHead | null
  readonly refused: ErrorCode | undefined
}

const nothing: Omit<Explanation, 'outcome'> = {
  request: null,
  routes: [],
  route: null,
  middleware: [],
  forward: null,
  outgoing: null,
  answer: null,
}

const silent: Log = { debug() {}, info() {}, warn() {}, error() {} }

/** The upstream that serves for this one: where none of its targets is eligible, it may hand over. The document was checked: never in a circle. */
function serving(first: UpstreamPicks, picksOf: (id: string) => UpstreamPicks | undefined): UpstreamPicks {
  const { whenNoneEligible } = first.config
  if (typeof whenNoneEligible === 'string' || !first.noneEligible) return first
  const next = picksOf(whenNoneEligible.upstream)
  return next ? serving(next, picksOf) : first
}

/** What a route refuses before its middleware sees the request. */
function refusedByRoute({ limits, upgrades }: Route, { bodyBytes, upgrade }: Arrival): ErrorCode | undefined {
  if (limits.bodyBytes > 0 && bodyBytes > limits.bodyBytes) return 'body_too_large'
  return upgrade !== undefined && !upgrades.includes(upgrade) ? 'upgrade_refused' : undefined
}

function contextOf(route: Route, { id, received, outgoing, client }: Arrival, signal: AbortSignal): Context {
  const { id: routeId } = route
  return {
    id,
    received,
    outgoing,
    client,
    signal,
    response: undefined,
    route: { id: routeId },
    log: silent,
    state: new Map(),
  }
}

function refusal(code: ErrorCode): Outcome {
  return { type: 'refused', code, status: errors[code].status }
}

function answerOf({ answer = { status: 200, headers: [] } }: Surroundings): GatewayResponse {
  return bare(answer.status, answer.headers)
}

function bare(status: number, fields: readonly Field[]): GatewayResponse {
  return { status, headers: HeaderList.fromRaw(fields.flat()), body: undefined }
}

function plainAnswer({ status, headers, body }: GatewayResponse): Explanation['answer'] {
  const fields: Field[] = []
  headers.forEach((_name, value, spelled) => {
    fields.push([spelled, value])
  })
  return { status, headers: fields, body: typeof body === 'string' ? body : null }
}

function plainRequest({ received, upgrade }: Arrival): ExplainedRequest {
  const { listener, method, scheme, authority, host, path, query, clientIp } = received
  return { listener, method, scheme, authority, host, path, query, clientIp, upgrade: upgrade ?? null }
}
