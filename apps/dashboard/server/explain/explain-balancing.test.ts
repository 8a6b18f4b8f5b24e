import { afterEach, beforeEach, expect, test } from 'vitest'
import { shopDocument } from '../testing/documents.ts'
import { healthOf, reportOf, targetOf } from '../testing/reports.ts'
import { startForTest, type TestControl } from '../testing/start.ts'

let control: TestControl
beforeEach(async () => {
  control = await startForTest()
  await apply(shopDocument, true)
})
afterEach(() => control.end())

const apply = (document: object, publish: boolean) =>
  control.client.config.apply.mutate({ text: JSON.stringify(document), format: 'json', publish })
const explain = (input: { upstream: string; picks?: number; revision?: number }) =>
  control.client.explain.balancing.query(input)

test('the draft is explained, or a revision', async () => {
  const { etag } = await control.client.upstreams.get.query({ id: 'shop' })
  await control.client.targets.setWeight.mutate({ upstream: 'shop', target: 'b', weight: 5, etag })
  expect(await explain({ upstream: 'shop', picks: 100 })).toMatchObject({
    method: 'exact',
    revision: null,
    move: null,
    targets: [
      { id: 'a', share: 0.5, picks: 50 },
      { id: 'b', share: 0.5, picks: 50 },
    ],
  })
  const served = await explain({ upstream: 'shop', revision: 1 })
  expect(served).toMatchObject({ revision: 1, targets: [{ share: 5 / 6 }, { share: 1 / 6 }] })
  await expect(explain({ upstream: 'none' })).rejects.toMatchObject({ data: { reason: 'not_found' } })
  await expect(explain({ upstream: 'shop', revision: 9 })).rejects.toMatchObject({ data: { reason: 'not_found' } })
})

test('a target that no node uses gets nothing, and it says why', async () => {
  const out = healthOf({ state: 'ejected' })
  const now = Date.now()
  const say = (node: string, health = out) =>
    control.services.health.heard(reportOf({ node, targets: [targetOf({ health })] }), new Map(), undefined, now)
  say('one')
  expect((await explain({ upstream: 'shop' })).targets).toMatchObject([
    { share: 0, without: 'unhealthy' },
    { share: 1 },
  ])
  say('two', healthOf())
  expect((await explain({ upstream: 'shop' })).targets[0]?.share).toBeCloseTo(5 / 6)
})

test('of keys it is told how many go to another target than in what serves', async () => {
  const targets = ['a', 'b', 'c'].map((id) => ({ id, url: `http://${id}` }))
  const hashed = (targets: object[]) => ({
    switchyard: 1,
    upstreams: [{ id: 'hashed', strategy: { type: 'consistent-hash', key: { from: 'client-ip' } }, targets }],
  })
  await apply(hashed(targets), true)
  expect((await explain({ upstream: 'hashed' })).move).toEqual({ moved: 0, least: 0 })
  await apply(hashed(targets.slice(1)), false)
  const { move } = await explain({ upstream: 'hashed' })
  expect(move?.moved).toBeGreaterThan(0.2)
  expect(move?.moved).toBeCloseTo(move?.least ?? 0, 9)
})
