import { seededRandom } from '@switchyard/core/balancers/seeded-random'
import type { Config } from '@switchyard/core/config/model'
import { createExplainer } from '@switchyard/core/explain/explainer'
import type { Explanation } from '@switchyard/core/explain/explanation'
import { requestText } from '@switchyard/core/explain/request-text'
import { HeaderList } from '@switchyard/core/http/header-list'
import { model } from '@switchyard/middleware/model'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { arbitraryConfig } from './arbitrary-config.ts'
import { drawRequest } from './draw-request.ts'
import { createNodeSteps, headFrom } from './node-steps.ts'
import { type RecordingBackend, startRecordingBackend } from './recording-backend.ts'
import { WatchedCatalogue } from './watched-catalogue.ts'
import { type Seen, startWatchedNode } from './watched-node.ts'

/** `EXPLAIN_REQUESTS=100000` takes minutes. */
const requests = Number(process.env['EXPLAIN_REQUESTS'] ?? 10_000)
const requestsPerConfig = 100
const seed = 4711
const span = '00f067aa0ba902b7'

let backends: RecordingBackend[] = []
let catalogue: WatchedCatalogue
beforeAll(async () => {
  backends = await Promise.all([startRecordingBackend(), startRecordingBackend(), startRecordingBackend()])
  catalogue = new WatchedCatalogue()
})
afterAll(async () => {
  catalogue.restore()
  await Promise.all(backends.map((backend) => backend.close()))
})

/** What the explanation says and what was seen, in the same words; what it leaves open is left out of both. */
function bothOf(explanation: Explanation, { answer, entry, sent }: Seen) {
  const { outcome, route, middleware, forward, outgoing } = explanation
  const forwarded = outcome.type === 'forwarded'
  const open = forwarded && outcome.target === null
  const explained = {
    route,
    middleware: middleware
      .filter(({ decision }) => decision !== 'not-reached')
      .map(({ type, ref, decision }) => ({ name: ref ? `shared ${ref}` : type, passedOn: decision === 'passed' })),
    upstream: forward?.servedBy ?? null,
    target: forwarded ? outcome.target : null,
    sent: forwarded && !open ? outgoing : null,
    status: forwarded ? 200 : outcome.status,
    termination: outcome.type === 'refused' ? outcome.code : 'completed',
    fields: fieldsOf(explanation),
  }
  const actual = {
    route: entry.route?.id ?? null,
    middleware: catalogue.ranFor(entry),
    upstream: entry.upstream?.id ?? null,
    target: open ? null : (entry.target?.id ?? null),
    sent: open || sent === undefined ? null : headFrom(sent),
    status: answer.status,
    termination: entry.termination,
    fields: explained.fields.map(([name]) => [name, answer.header(name)]),
  }
  return { explained, actual }
}

/** Of an answer that is made here: each name once, in lower case, with all of its values. */
function fieldsOf({ answer }: Explanation): [name: string, value: string | undefined][] {
  const fields = HeaderList.fromRaw(answer?.headers.flat() ?? [])
  const names = new Set(answer?.headers.map(([name]) => name.toLowerCase()))
  return [...names].map((name) => [name, fields.get(name)])
}

/** What there must be some of, or agreeing means little. */
function kindsOf({ outcome, middleware, routes, forward, request }: Explanation): string[] {
  const kinds: string[] = [outcome.type === 'refused' ? outcome.code : outcome.type]
  if (outcome.type === 'forwarded')
    kinds.push(outcome.target === null ? 'target left open' : `by ${forward?.decidedBy}`)
  if (forward && forward.split.length > 0) kinds.push('split')
  if (middleware.length > 0) kinds.push('middleware')
  if (middleware.some(({ ref }) => ref !== null)) kinds.push('shared middleware')
  if (middleware.some(({ decision }) => decision === 'failed')) kinds.push('middleware refuses')
  if (routes.some(({ result }) => result === 'outranked')) kinds.push('several routes match')
  if (request && request.clientIp !== '' && !request.clientIp.startsWith('127.')) kinds.push('client behind a proxy')
  return kinds
}

async function compare(config: Config, index: number, random: () => number, seen: Map<string, number>): Promise<void> {
  let requestId = ''
  const explainer = createExplainer(model, config, {
    steps: createNodeSteps(span),
    signal: new AbortController().signal,
    requestId: () => requestId,
  })
  const node = await startWatchedNode(config, backends, span)
  try {
    for (let n = 0; n < requestsPerConfig; n++) {
      const request = drawRequest(config, random)
      const head = requestText(request) ?? ''
      requestId = (index * requestsPerConfig + n + 1).toString(16).padStart(32, '0')
      const actually = await node.ask(request.listener, request.peer, head + request.body, requestId)
      const explanation = await explainer.explain(request)
      const { explained, actual } = bothOf(explanation, actually)
      // To compare texts first is quicker; it is the same objects that are built.
      if (JSON.stringify(explained) !== JSON.stringify(actual)) {
        expect({ index, n, head, ...explained }).toEqual({ index, n, head, ...actual })
      }
      for (const kind of kindsOf(explanation)) seen.set(kind, (seen.get(kind) ?? 0) + 1)
    }
  } finally {
    node.destroy()
  }
}

test(`what is explained of ${requests} requests is what a node does with them`, {
  timeout: 60 * requests,
}, async () => {
  const ports = backends.map(({ port }) => port)
  const random = seededRandom(seed)
  const seen = new Map<string, number>()
  const configs = fc.sample(arbitraryConfig(ports), { seed, numRuns: Math.ceil(requests / requestsPerConfig) })
  for (const [index, config] of configs.entries()) await compare(config, index, random, seen)
  const expected = ['forwarded', 'answered', 'no_route', 'no_target', 'bad_request', 'method_not_supported']
  const details = ['by key', 'by turn', 'target left open', 'split', 'middleware', 'shared middleware']
  const rare = ['middleware refuses', 'several routes match', 'client behind a proxy', 'body_too_large']
  expect([...seen.keys()]).toEqual(expect.arrayContaining([...expected, ...details, ...rare]))
})
