import { readFileSync } from 'node:fs'
import { inflateRawSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { nginxVersion } from '../../recorded/nginx-process.ts'
import { type RecordedCase, type Recording, record } from '../../recorded/record-nginx.ts'
import { keyAt } from '../../recorded/weightings.ts'
import type { PickRequest, Target } from './contract.ts'
import { createBalancer, hashAddress } from './create.ts'
import { HashKey } from './hash-key.ts'
import { strategyUnion } from './union.ts'

const recorded = JSON.parse(
  readFileSync(new URL('../../recorded/nginx.recorded.json', import.meta.url), 'utf8'),
) as Recording

const key = { from: 'header', name: 'x-key' }
const request = (value: string): PickRequest => ({
  clientIp: '192.0.2.1',
  host: 'a',
  url: '/',
  header: (name) => (name === key.name ? value : undefined),
})

/** Sends the requests of a case to our balancer: per request the targets tried, as nginx's answers are written. */
function answersOf({ type, servers, failing }: RecordedCase, count: number): string[] {
  const maxFails = servers[0]?.maxFails ?? 1
  const targets = servers.map(
    ({ address, weight }, index): Target => ({
      id: index.toString(36),
      ...hashAddress(`http://${address}/base`),
      weight,
      inFlight: 0,
      ramp: 1,
      latencyMs: Number.NaN,
    }),
  )
  const strategy = type === 'weighted-round-robin' ? { type, maxFails } : { type, key }
  const balancer = createBalancer(strategyUnion.parse(strategy), targets, { random: () => 0 })
  // A server listed twice answers from one address, and so is recorded as the first.
  const names = targets.map(({ host, port }) =>
    targets.findIndex((t) => t.host === host && t.port === port).toString(36),
  )
  const down = new Set(targets.filter((_, index) => servers[index]?.down))
  return Array.from({ length: count }, (_, n) => {
    const tried: Target[] = []
    const fails = failing?.[n % failing.length] ?? -1
    for (;;) {
      const target = balancer.pick(request(keyAt(n)), (each) => !down.has(each) && !tried.includes(each))
      if (target === undefined) throw new Error('no target was picked')
      tried.push(target)
      if (targets.indexOf(target) !== fails) return tried.map((each) => names[targets.indexOf(each)]).join('')
      if (maxFails > 0) balancer.failed?.(target)
    }
  })
}

function compare(recording: Recording): void {
  for (const each of recording.cases) {
    const answers = inflateRawSync(Buffer.from(each.answers, 'base64')).toString('latin1').split(' ')
    const ours = answersOf(each, answers.length)
    const servers = each.servers.map(({ address, weight, down }) => `${address}=${weight}${down ? ' down' : ''}`)
    const differing = answers.findIndex((answer, index) => answer !== ours[index])
    const title = `${each.type} over ${servers.join(', ')}: request ${differing}`
    expect({ title, answer: ours[differing] }).toEqual({ title, answer: answers[differing] })
  }
  for (const { url, cookie, user, session } of recording.heads) {
    const head = { ...request(''), url, header: () => cookie.trim() }
    const query = new HashKey({ from: 'query', name: 'user' })
    query.read(head)
    const jar = new HashKey({ from: 'cookie', name: 'session' })
    jar.read(head)
    expect({ url, cookie, user: query.text, session: jar.text }).toEqual({ url, cookie, user, session })
  }
}

test('every key goes where nginx was recorded to send it, and turns are taken in its order', () => {
  const hashing = recorded.cases.filter(({ type }) => type !== 'weighted-round-robin')
  expect(hashing.length).toBeGreaterThanOrEqual(20)
  expect(recorded.cases.length - hashing.length).toBeGreaterThanOrEqual(1025)
  const failing = recorded.cases.filter(({ type, failing }) => type === 'weighted-round-robin' && failing)
  expect(failing.length).toBeGreaterThanOrEqual(1000)
  expect(hashing.some(({ servers }) => servers.some(({ address }) => !/:\d+$/.test(address)))).toBe(true)
  compare(recorded)
})

test.skipIf(nginxVersion() === undefined)(
  'every key goes where the nginx that is installed here sends it, and turns are taken in its order',
  async () => compare(await record()),
  120_000,
)
