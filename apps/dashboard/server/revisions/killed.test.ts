import { once } from 'node:events'
import { cp, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { seededRandom } from '@switchyard/core/balancers/seeded-random'
import { hashText } from '@switchyard/core/config/canonical'
import { revisionId, type Snapshot } from '@switchyard/core/node-protocol'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openDatabase } from '../database/open.ts'
import { changes } from '../testing/changes.ts'
import { shopDocument } from '../testing/documents.ts'
import { openStream } from '../testing/sse.ts'
import { nodeToken, startForTest } from '../testing/start.ts'
import { readStory, type Story } from '../testing/story.ts'
import { bundleVictim, startVictim } from '../testing/victim.ts'

/** At random moments, beside one kill before each statement. */
const randomKills = 60

let folder: string
/** A home with two revisions and a draft that differs from both. */
let prepared: string
let program: string
let kills = 0

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'switchyard-killed-'))
  prepared = join(folder, 'prepared')
  program = await bundleVictim(folder)
  const control = await startForTest({}, { home: prepared })
  await control.client.config.apply.mutate({ text: JSON.stringify(shopDocument), format: 'json', publish: true })
  for (const [weight, publish] of [
    [2, true],
    [3, false],
  ] as const) {
    const { etag } = await control.client.upstreams.get.query({ id: 'shop' })
    await control.client.targets.setWeight.mutate({ upstream: 'shop', target: 'b', weight, etag, publish })
  }
  await control.close()
})

afterAll(() => rm(folder, { recursive: true }))

/** The story of a home in which something was killed. */
async function storyIn(home: string): Promise<Story> {
  const db = openDatabase(join(home, 'switchyard.db'))
  try {
    return await readStory(db)
  } finally {
    await db.$disconnect()
  }
}

/** A control plane starts where one was killed: nodes get its head, and the next publish works and reaches them. */
async function goesOnIn(home: string, { revisions }: Story): Promise<void> {
  const control = await startForTest({ SWITCHYARD_ADMIN_EMAIL: '', SWITCHYARD_ADMIN_PASSWORD: '' }, { home })
  const input = encodeURIComponent(JSON.stringify({ node: 'one' }))
  const node = await openStream(`${control.url}/api/node/subscribe?input=${input}`, {
    authorization: `Bearer ${nodeToken}`,
  })
  try {
    const head = revisions.at(-1)
    const got = (await node.next()).data as Snapshot
    expect(revisionId(got)).toBe(head && revisionId(head))
    expect(hashText(got.document)).toBe(got.hash)
    const publish = await changes.publish(control.services)
    await publish()
    const next = (await node.next()).data as Snapshot
    expect(next.number).toBe((head?.number ?? 0) + 1)
    expect(hashText(next.document)).toBe(next.hash)
  } finally {
    node.close()
    await control.close()
  }
}

async function killedBefore(change: string, statement: number): Promise<Story> {
  const home = join(folder, `${change}-${statement}`)
  await cp(prepared, home, { recursive: true })
  await startVictim(program, [home, change, String(statement)]).killed
  kills++
  const story = await storyIn(home)
  await goesOnIn(home, story)
  await rm(home, { recursive: true })
  return story
}

test.each(Object.keys(changes))(
  'a control plane killed before any statement of %s leaves the old or the new in full, and goes on from there',
  async (change) => {
    const [before, after] = await Promise.all([killedBefore(change, 1), killedBefore(change, Number.MAX_SAFE_INTEGER)])
    expect(after).not.toEqual(before)
    expect(before.revisions).toHaveLength(2)
    const publishes = change.endsWith('publish') || change === 'rollback'
    expect(after.revisions).toHaveLength(publishes ? 3 : 2)

    // It is over when so many statements are not reached any more.
    let statement = 2
    let over = false
    const lane = async () => {
      while (!over) {
        const story = await killedBefore(change, statement++)
        if (JSON.stringify(story) === JSON.stringify(after)) over = true
        else expect(story).toEqual(before)
      }
    }
    await Promise.all([lane(), lane()])
    // It began, wrote and ended a transaction at least.
    expect(statement).toBeGreaterThan(5)
  },
  240_000,
)

test('one killed again and again at random moments, always in the same home, loses and doubles nothing', async () => {
  const random = seededRandom(1)
  const lane = async (first: number) => {
    const home = join(folder, `endless-${first}`)
    await cp(prepared, home, { recursive: true })
    let before = await storyIn(home)
    for (let i = first; i < randomKills; i += 2) {
      const { child, killed } = startVictim(program, [home, 'endless', String(i)])
      await Promise.race([once(child.stdout, 'data'), killed])
      await sleep(random() * 60)
      child.kill('SIGKILL')
      await killed
      kills++
      const story = await storyIn(home)
      // What was there before is there still.
      expect(story.revisions.slice(0, before.revisions.length)).toEqual(before.revisions)
      expect(story.audit.slice(0, before.audit.length)).toEqual(before.audit)
      before = story
    }
    await goesOnIn(home, before)
    return before.revisions.length
  }
  const [one, other] = await Promise.all([lane(0), lane(1)])
  expect(one + other).toBeGreaterThan(randomKills / 2)
}, 240_000)

test('that were 200 kills at least', () => {
  expect(kills).toBeGreaterThanOrEqual(200)
})
