import { rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { seededRandom } from '@switchyard/core/balancers/seeded-random'
import { canonicalText, withoutDefaults } from '@switchyard/core/config/canonical'
import { parseConfig } from '@switchyard/core/config/parse'
import { arbitraryDocument } from '@switchyard/core/config/testing/arbitrary-document'
import { formatDocument, parseText } from '@switchyard/core/config/text'
import { model } from '@switchyard/middleware/model'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Backend } from './support/backend.ts'
import { eventually } from './support/eventually.ts'
import { startLoad } from './support/load.ts'
import { megabyte } from './support/memory.ts'
import { DataPlane, temporaryFolder } from './support/product.ts'
import { type Draft, rightDocument } from './support/wrong-configurations/documents.ts'
import { mutateDocument, mutateText } from './support/wrong-configurations/mutate.ts'

const mutations = 10_000
/** Of them so many are also given to a node. */
const givenToNode = 300
/** Processor time for one document of some kilobytes; a hundred times what most take. */
const longestMs = 1500

/** Valid documents, made once; each is mutated many times over. */
const documents: readonly Draft[] = fc.sample(arbitraryDocument(model), { numRuns: 100, seed: 1 })
const random = seededRandom(1)

/** A mutation of a valid document, as a text. */
function mutation(i: number, of: readonly Draft[] = documents): { text: string; format: 'yaml' | 'json' } {
  const document = structuredClone(of[i % of.length])
  // YAML takes ten times as long to read: one in ten, of either way to mutate.
  const format = i % 20 === 0 || i % 20 === 11 ? 'yaml' : 'json'
  if (i % 2 === 0) mutateDocument(document, random)
  let text = JSON.stringify(document)
  // Some cannot be written as YAML at all: half a character, for one.
  if (format === 'yaml') text = yamlOf(document) ?? text
  return { text: i % 2 === 0 ? text : mutateText(text, random), format }
}

function yamlOf(document: Draft): string | undefined {
  try {
    return formatDocument(document, 'yaml')
  } catch {
    return undefined
  }
}

test('of 10,000 mutated documents each is refused with path, line and reason, or is valid and stays the same', () => {
  const prototype = JSON.stringify(Object.getOwnPropertyNames(Object.prototype))
  const heap = process.memoryUsage().heapUsed
  let refused = 0
  for (let i = 0; i < mutations; i++) {
    const { text, format } = mutation(i)
    const began = process.cpuUsage()
    const parsed = parseText(model, text, format)
    const { user, system } = process.cpuUsage(began)
    if ((user + system) / 1000 > longestMs) throw new Error(`It took ${(user + system) / 1000} ms:\n${text}`)
    if (parsed.ok) {
      expectStable(canonicalText(parsed.value))
      continue
    }
    refused++
    if (parsed.problems.length === 0) throw new Error(`It is refused without a reason:\n${text}`)
    for (const { path, message, line = 0 } of parsed.problems) {
      const told = typeof path === 'string' && message.length > 0 && (line >= 1 || message.startsWith('…'))
      if (!told) throw new Error(`${line} ${path}: ${message}\n${text}`)
    }
  }
  expect(refused).toBeGreaterThan(mutations / 2)
  expect(refused).toBeLessThan(mutations * 0.98)
  expect(JSON.stringify(Object.getOwnPropertyNames(Object.prototype))).toBe(prototype)
  expect(({} as Record<string, unknown>)['enabled']).toBeUndefined()
  expect(process.memoryUsage().heapUsed - heap).toBeLessThan(500 * megabyte)
}, 180_000)

/** What was accepted is valid once more, as it is pushed and as it is exported, and means the same. */
function expectStable(canonical: string): void {
  const pushed = parseConfig(model, JSON.parse(canonical))
  if (!pushed.ok) throw new Error(`It was accepted, and then not: ${JSON.stringify(pushed.problems)}\n${canonical}`)
  const exported = formatDocument(withoutDefaults(model, pushed.value), 'json')
  const again = parseText(model, exported, 'json')
  if (!again.ok || canonicalText(again.value) !== canonical) throw new Error(`It does not stay the same:\n${canonical}`)
}

test('a node that is given mutated files one after the other serves what was good last, with the same processes', async () => {
  const folder = await temporaryFolder()
  const backend = await Backend.start('a')
  const file = join(folder.path, 'gateway.yaml')
  // On this machine alone: targets that answer, no probes, no other listeners than its own.
  const right = rightDocument(backend.url)
  const local = documents.map((document) => ({
    ...document,
    ...right,
    routes: [...(document.routes ?? []).filter(({ forward }: Draft) => !forward), ...right.routes].map(
      ({ match, ...route }: Draft) => ({
        ...route,
        ...(route.id === 'shop' && { match: { path: { type: 'prefix', value: '/shop' } }, priority: 1_000_000 }),
      }),
    ),
    middleware: [...(document.middleware ?? []), ...right.middleware],
    certificates: [],
  }))
  await writeFile(file, JSON.stringify(right))
  const node = await DataPlane.start(['--config', file, '--workers', '1', '--data', join(folder.path, 'node')])
  const workersOf = async () => ((await node.state())['workers'] as { pid: number }[]).map(({ pid }) => pid)
  const workers = await workersOf()
  const load = startLoad(`${node.url()}/shop`, { connections: 2, pauseMs: 5 })
  const outcomes = { applied: 0, rejected: 0 }
  try {
    for (let i = 0; i < givenToNode; i++) {
      const { text } = mutation(i, local)
      if (reachesOut(text, backend.url)) continue
      const before = await node.state()
      await writeFile(`${file}.new`, text)
      await rename(`${file}.new`, file)
      node.program.signal('SIGHUP')
      const after = await eventually(
        async () => {
          const state = await node.state()
          expect((state['outcome'] as Outcome).number).toBeGreaterThan((before['outcome'] as Outcome).number)
          return state
        },
        20_000,
        5,
      )
      const outcome = after['outcome'] as Outcome
      outcomes[outcome.status]++
      const parsed = parseText(model, text, 'yaml')
      if (outcome.status === 'rejected') {
        expect(after.revision?.hash, text).toBe(before.revision?.hash)
        expect(outcome.problems.length, text).toBeGreaterThan(0)
      } else expect(parsed.ok, text).toBe(true)
    }
    await writeFile(file, JSON.stringify(right))
    await eventually(async () => expect(await (await fetch(`${node.url()}/`)).text()).toBe('page'))
    const { failures, requests } = await load.stop()
    expect(failures).toEqual([])
    expect(requests).toBeGreaterThan(50)
    expect(await workersOf()).toEqual(workers)
    expect(outcomes.rejected).toBeGreaterThan(givenToNode / 3)
    expect(outcomes.applied).toBeGreaterThan(5)
  } finally {
    await load.stop()
    await node.program.stop()
    await backend.close()
    await folder.remove()
  }
}, 180_000)

interface Outcome {
  status: 'applied' | 'rejected'
  number: number
  problems: readonly unknown[]
}

/** Whether a text is valid and would have a node do more than serve its own listener and the backend, or not serve that. */
function reachesOut(text: string, backend: string): boolean {
  const parsed = parseText(model, text, 'yaml')
  if (!parsed.ok) return false
  const { listeners, upstreams, routes } = parsed.value
  const [web, ...others] = listeners
  const [shop] = upstreams
  const serves =
    web?.id === 'web' && web.address === '127.0.0.1' && web.port === 0 && web.protocol === 'http' && others.length === 0
  const local = upstreams.every(
    ({ targets, health }) => health.active === undefined && targets.every(({ url }) => url === backend),
  )
  const forwards =
    shop?.id === 'shop' && shop.targets.some(({ weight, enabled, drain }) => weight > 0 && enabled && !drain)
  const route = routes.find(({ id }) => id === 'shop')
  const reached =
    route?.enabled === true &&
    route.priority === 1_000_000 &&
    route.middleware.length === 0 &&
    JSON.stringify(route.match) === JSON.stringify(matchOfShop) &&
    JSON.stringify(route.forward) === '{"upstream":"shop"}'
  return !(serves && local && forwards && reached)
}

const matchOfShop = { path: { type: 'prefix', value: '/shop' }, headers: [], query: [] }
