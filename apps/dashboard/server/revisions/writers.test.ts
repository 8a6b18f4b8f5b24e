import { seededRandom } from '@switchyard/core/balancers/seeded-random'
import { canonicalText } from '@switchyard/core/config/canonical'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { SerialOrder, type Success } from '../testing/serial-order.ts'
import { startForTest, type TestControl } from '../testing/start.ts'
import { readStory } from '../testing/story.ts'

const writers = 50
const calls = 14
/** Whoever waits for longer would have given up. */
const longestMs = 30_000

/** What a writer may be told, and then looks again. */
const refusals = ['conflict', 'not_found', 'nothing_to_publish']

const target = (id: string) => ({ id, url: `http://127.0.0.1:200${id === 'a' ? 3 : 4}` })
const names = ['one', 'two', 'three', 'four', 'five']
const document = {
  switchyard: 1,
  listeners: [{ id: 'web', port: 8080 }],
  upstreams: names.map((id) => ({ id, targets: [target('a'), target('b')] })),
  routes: names.map((id) => ({ id, match: { path: { type: 'prefix', value: `/${id}` } }, forward: { upstream: id } })),
}

let control: TestControl
beforeEach(async () => {
  control = await startForTest()
  await control.client.config.apply.mutate({ text: JSON.stringify(document), format: 'json', publish: true })
})
afterEach(() => control.end())

type Client = TestControl['client']

interface Writing {
  readonly successes: Success[]
  readonly refused: string[]
}

/** Looks, changes something by what it saw, and looks again; `name` stands in all that it writes. */
async function write(client: Client, name: string, random: () => number): Promise<Writing> {
  const writing: Writing = { successes: [], refused: [] }
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)] as T
  for (let step = 0; step < calls; step++) {
    const began = performance.now()
    try {
      writing.successes.push(
        await pick(ways)({ client, pick, mark: `${name}-${step}`, weight: 1 + step + 100 * Number(name.slice(1)) }),
      )
    } catch (error) {
      const { data, message } = error as { data?: { reason?: string }; message: string }
      writing.refused.push(data?.reason ?? message)
    }
    expect(performance.now() - began).toBeLessThan(longestMs)
  }
  return writing
}

interface Turn {
  client: Client
  pick: <T>(list: readonly T[]) => T
  mark: string
  weight: number
}

async function update({ client, pick, mark }: Turn): Promise<Success> {
  const { id, etag, value: before } = pick(await client.upstreams.list.query())
  const value = { ...before, title: mark }
  const { etag: etagAfter } = await client.upstreams.update.mutate({ id, etag, value })
  return { type: 'update', id, etag, value, etagAfter }
}

const setWeight =
  (publish: boolean) =>
  async ({ client, pick, weight }: Turn): Promise<Success> => {
    const { id, etag } = await client.upstreams.get.query({ id: pick(names) })
    const input = { target: 'a', weight, etag }
    const { etag: etagAfter, revision } = await client.targets.setWeight.mutate({ upstream: id, ...input, publish })
    return { type: 'weight', id, ...input, etagAfter, revision }
  }

async function create({ client, mark }: Turn): Promise<Success> {
  const value = { id: `made-${mark}`, targets: [target('a')] }
  const { id, etag: etagAfter } = await client.upstreams.create.mutate({ value })
  return { type: 'create', value, id, etagAfter }
}

async function remove({ client, pick }: Turn): Promise<Success> {
  const made = (await client.upstreams.list.query()).filter(({ id }) => id.startsWith('made-'))
  const { id, etag } = pick(made) ?? { id: 'made-never', etag: '0' }
  await client.upstreams.remove.mutate({ id, etag })
  return { type: 'remove', id, etag }
}

const apply =
  (publish: boolean) =>
  async ({ client, pick, mark }: Turn): Promise<Success> => {
    const upstreams = [{ id: pick(names), title: mark, targets: [target('a'), target('b')] }, { id: `made-${mark}` }]
    const document = { switchyard: 1, upstreams }
    const { revision } = await client.config.apply.mutate({ text: JSON.stringify(document), format: 'json', publish })
    return { type: 'apply', document, publish, revision }
  }

async function publish({ client }: Turn): Promise<Success> {
  const { etag } = (await client.revisions.status.query()).draft
  return { type: 'publish', etag, revision: (await client.revisions.publish.mutate({ etag })).number }
}

async function rollBack({ client, pick }: Turn): Promise<Success> {
  const { number } = pick(await client.revisions.list.query({ limit: 20 }))
  return { type: 'rollback', number, revision: (await client.revisions.rollback.mutate({ number })).number }
}

const ways = [
  update,
  update,
  update,
  setWeight(false),
  setWeight(true),
  create,
  remove,
  apply(false),
  apply(true),
  publish,
  publish,
  rollBack,
]

test('50 writers at once: each is told success or a reason, and what is there is what some order of the successes makes', async () => {
  const names = Array.from({ length: writers }, (_, i) => `w${i}`)
  const clients = await Promise.all(
    names.map(async (name) => {
      const { token } = await control.client.tokens.create.mutate({ name, kind: 'api', role: 'admin' })
      return control.clientWith({ authorization: `Bearer ${token}` })
    }),
  )
  const writings = await Promise.all(clients.map((client, i) => write(client, `w${i}`, seededRandom(i + 1))))
  const refused = writings.flatMap((writing) => writing.refused)
  expect([...new Set(refused)].filter((reason) => !refusals.includes(reason))).toEqual([])
  const successes = writings.map((writing) => [...writing.successes])
  expect(successes.flat().length + refused.length).toBe(writers * calls)
  // Enough of both that it says something.
  expect(successes.flat().length).toBeGreaterThan(writers * 3)
  expect(refused.filter((reason) => reason === 'conflict').length).toBeGreaterThan(writers / 2)

  // The audit says in which order they were done; each writer made its own calls in order.
  const { db } = control.services
  const records = await db.auditRecord.findMany({ where: { actor: { startsWith: 'token w' } }, orderBy: { id: 'asc' } })
  const order = new SerialOrder(document)
  for (let at = 0; at < records.length; ) {
    const actor = records[at]?.actor ?? ''
    const call = successes[names.indexOf(actor.replace('token ', ''))]?.shift()
    if (!call) throw new Error(`${actor} was not told of a success that the audit has.`)
    const told = order.add(call)
    const found = records.slice(at, at + told.length)
    expect(found.map((one) => `${one.actor} ${one.action} ${one.kind} ${one.resource}`)).toEqual(
      told.map((one) => `${actor} ${one}`),
    )
    at += told.length
  }
  expect(successes.flat()).toEqual([])

  await readStory(db)
  const revisions = await db.revision.findMany({ orderBy: { number: 'asc' } })
  expect(revisions.map((one) => one.document)).toEqual(order.revisions)
  const draft = await control.services.drafts.read()
  expect(canonicalText(draft.config)).toBe(canonicalText(order.draft))
  // Nothing is stuck: one more edit works at once.
  const { id, etag, value } = await control.client.upstreams.get.query({ id: 'one' })
  await control.client.upstreams.update.mutate({ id, etag, value: { ...value, title: 'the last' } })
}, 240_000)
