import { seededRandom } from '@switchyard/core/balancers/seeded-random'
import type { Config } from '@switchyard/core/config/model'
import { createExplainer } from '@switchyard/core/explain/explainer'
import type { Explanation } from '@switchyard/core/explain/explanation'
import { requestText } from '@switchyard/core/explain/request-text'
import { model } from '@switchyard/middleware/model'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { AccessEntry } from '../traffic/observe/access-entry.ts'
import { createObserver } from '../traffic/observe/observer.ts'
import type { WholeAnswer } from '../traffic/testing/answer-reader.ts'
import { createTraffic } from '../traffic/traffic.ts'
import { arbitraryConfig } from './arbitrary-config.ts'
import { Client } from './client.ts'
import { drawRequest } from './draw-request.ts'
import { createNodeSteps, headFrom } from './node-steps.ts'
import { type RecordingBackend, startRecordingBackend } from './recording-backend.ts'
import { WatchedCatalogue } from './watched-catalogue.ts'

/** `EXPLAIN_REQUESTS=100000` for the whole of it. */
const requests = Number(process.env['EXPLAIN_REQUESTS'] ?? 10_000)
const perConfig = 100
const span = '00f067aa0ba902b7'
const log = { debug() {}, info() {}, warn() {}, error() {} }

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

/** What can be seen of a request from the outside, and what the node itself says of it. */
interface Seen {
  readonly answer: WholeAnswer
  readonly entry: AccessEntry
  readonly sent: string | undefined
}

/** An engine as a single worker runs it, that has begun just now. */
async function startNode(config: Config) {
  let id = ''
  let told: AccessEntry | undefined
  const write = (entry: AccessEntry): void => {
    told = entry
  }
  const observer = {
    ...createObserver({ accessLog: { write } }),
    ids: { next: () => id, span: () => span },
  }
  const traffic = createTraffic({ log, observer })
  const prepared = await traffic.prepare({ number: 1, hash: '1', config })
  prepared.commit()
  const ports = new Map(traffic.state().listeners.map(({ id, port }) => [id, port]))
  const client = new Client()

  async function ask(listener: string, peer: string, bytes: string, requestId: string): Promise<Seen> {
    id = requestId
    told = undefined
    for (const { heads } of backends) heads.length = 0
    const answer = await client.ask(ports.get(listener) ?? 0, peer, bytes)
    for (let turn = 0; told === undefined; turn++) {
      if (turn > 10_000) throw new Error('the access log was told nothing')
      await new Promise((resolve) => setImmediate(resolve))
    }
    return { answer, entry: told, sent: backends.flatMap(({ heads }) => heads).at(-1) }
  }

  return {
    ask,
    destroy() {
      client.close()
      traffic.destroy()
    },
  }
}

/** What the node did, in the words of an explanation; what the explanation leaves open is left out of both. */
function compared(explanation: Explanation, { answer, entry, sent }: Seen) {
  const { outcome, forward } = explanation
  const open = outcome.type === 'forwarded' && outcome.target === null
  const ran = catalogue.ranFor(entry)
  const explained = {
    route: explanation.route,
    middleware: explanation.middleware
      .filter(({ decision }) => decision !== 'not-reached')
      .map(({ type, ref, decision }) => ({
        name: ref === null ? type : `shared ${ref}`,
        passedOn: decision === 'passed',
      })),
    upstream: forward?.servedBy ?? null,
    target: outcome.type === 'forwarded' ? outcome.target : null,
    status: statusOf(explanation),
    code: outcome.type === 'refused' ? outcome.code : 'completed',
    sent: open ? 'not known' : outcome.type === 'forwarded' ? explanation.outgoing : null,
    answer: explanation.answer && plain(explanation.answer.headers),
  }
  const actual = {
    route: entry.route?.id ?? null,
    middleware: ran,
    upstream: entry.upstream?.id ?? null,
    target: open ? null : (entry.target?.id ?? null),
    status: explained.status === undefined ? undefined : answer.status,
    code: entry.termination,
    sent: open ? 'not known' : sent === undefined ? null : headFrom(sent),
    answer:
      explanation.answer &&
      plain(explanation.answer.headers.map(([name]) => [name, answer.header(name.toLowerCase())])),
  }
  return { explained, actual }
}

/** The status of the answer, where it is made by the gateway. */
function statusOf({ outcome }: Explanation): number | undefined {
  return outcome.type === 'forwarded' ? undefined : outcome.status
}

/** Each field with all of its values; without those that say how the message is framed. */
function plain(fields: readonly (readonly [string, string | undefined])[]) {
  return fields
}

test(
  `explanations agree with a node on ${requests} generated requests over generated configurations`,
  async () => {
    const count = Math.ceil(requests / perConfig)
    const configs = fc.sample(arbitraryConfig(backends.map(({ port }) => port)), { numRuns: count, seed: 4711 })
    const random = seededRandom(4711)
    const tally = { forwarded: 0, target: 0, middleware: 0, answered: 0, refused: 0, noRoute: 0 }
    for (const [index, config] of configs.entries()) {
      const node = await startNode(config)
      let requestId = ''
      const explainer = createExplainer(model, config, {
        steps: createNodeSteps(span),
        signal: new AbortController().signal,
        requestId: () => requestId,
      })
      try {
        for (let n = 0; n < perConfig; n++) {
          const request = drawRequest(config, random)
          requestId = (index * perConfig + n + 1).toString(16).padStart(32, '0')
          const text = requestText(request)
          if (text === undefined) throw new Error('a request that cannot be sent')
          const seen = await node.ask(request.listener, request.peer, text + request.body, requestId)
          const explanation = await explainer.explain(request)
          const { explained, actual } = compared(explanation, seen)
          expect({ config: index, request: text, ...explained }).toEqual({ config: index, request: text, ...actual })
          count1(tally, explanation)
        }
      } finally {
        node.destroy()
      }
    }
    console.log(tally)
  },
  1000 * 3600,
)

function count1(tally: Record<string, number>, { outcome, middleware, route }: Explanation) {
  const add = (k: string) => {
    tally[k] = (tally[k] ?? 0) + 1
  }
  if (outcome.type === 'forwarded') add('forwarded')
  if (outcome.type === 'forwarded' && outcome.target) add('target')
  if (middleware.length) add('middleware')
  if (outcome.type === 'answered') add('answered')
  if (outcome.type === 'refused') add(`refused ${outcome.code}`)
  if (route === null) add('noRoute')
}
