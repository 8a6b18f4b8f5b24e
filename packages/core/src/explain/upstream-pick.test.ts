import { describe, expect, test } from 'vitest'
import type { Upstream } from '../config/model.ts'
import { upstreamSchema } from '../config/upstream.ts'
import type { NodeSteps } from './node-steps.ts'
import { UpstreamPicks } from './upstream-pick.ts'

const request = { clientIp: '192.0.2.1', host: 'a.com', url: '/a?user=7', header: () => undefined }

function upstreamOf(fields: object): Upstream {
  return upstreamSchema.parse({ id: 'shop', ...fields })
}

const target = (id: string, fields: object = {}) => ({ id, url: `http://${id}.internal:8080`, ...fields })

/** The lowest tier with a target that is well, as far as these tests need it. */
const servingTier: NodeSteps['servingTier'] = (members) => {
  const taking = [...members].filter(({ takesTraffic }) => takesTraffic)
  const well = taking.filter(({ out }) => !out)
  const tiers = (well.length > 0 ? well : taking).map(({ tier }) => tier)
  return { tier: tiers.length > 0 ? Math.min(...tiers) : 0, noneEligible: taking.length > 0 && well.length === 0 }
}

function picksOf(fields: object, out: readonly string[] = []): UpstreamPicks {
  return new UpstreamPicks(upstreamOf(fields), {
    random: () => 0.5,
    start: 0,
    servingTier,
    out: (_upstream, { id }) => out.includes(id),
  })
}

test('weighted round robin gives the sequence that nginx begins with', () => {
  const picks = picksOf({ targets: [target('a', { weight: 5 }), target('b'), target('c')] })
  const sequence = Array.from({ length: 7 }, () => picks.pick(request))
  expect(sequence.map(({ target }) => target)).toEqual(['a', 'a', 'b', 'a', 'c', 'a', 'a'])
  expect(sequence[0]).toMatchObject({ strategy: 'weighted-round-robin', decidedBy: 'turn', key: null })
  expect(sequence[0]?.targets.map(({ share }) => share)).toEqual([5 / 7, 1 / 7, 1 / 7])
})

describe('a strategy that hashes', () => {
  const targets = [target('a'), target('b'), target('c')]
  const strategy = { type: 'consistent-hash', key: { from: 'query', name: 'user' } }

  test('says its key, and the target is the same each time', () => {
    const picks = picksOf({ strategy, targets })
    const [one, other] = [picks.pick(request), picks.pick(request)]
    expect(one).toMatchObject({ decidedBy: 'key', key: { from: 'query', name: 'user', value: '7' } })
    expect(one.target).toBe(other.target)
  })

  test('takes turns without a key', () => {
    const pick = picksOf({ strategy, targets }).pick({ ...request, url: '/' })
    expect(pick).toMatchObject({ decidedBy: 'turn', key: { value: '' } })
    expect(pick.target).not.toBeNull()
  })
})

test('a draw is not foretold: its shares are', () => {
  const pick = picksOf({ strategy: { type: 'random' }, targets: [target('a', { weight: 3 }), target('b')] }).pick(
    request,
  )
  expect(pick).toMatchObject({ decidedBy: 'draw', target: null, exemplar: { id: 'a' } })
  expect(pick.targets.map(({ share }) => share)).toEqual([0.75, 0.25])
})

test('each target that may not be picked has its reason, and no share', () => {
  const targets = [
    target('off', { enabled: false }),
    target('draining', { drain: true }),
    target('idle', { weight: 0 }),
    target('backup', { tier: 1 }),
    target('sick'),
    target('well'),
  ]
  const pick = picksOf({ targets }, ['sick']).pick(request)
  expect(pick.targets.map(({ reason }) => reason)).toEqual([
    'disabled',
    'draining',
    'weight-0',
    'other-tier',
    'unhealthy',
    null,
  ])
  expect(pick.targets.map(({ share, effectiveWeight }) => [share, effectiveWeight])).toEqual([
    ...Array.from({ length: 5 }, () => [0, 0]),
    [1, 1],
  ])
  expect(pick).toMatchObject({ target: 'well', noneEligible: false, tier: 0 })
})

describe('when none is eligible by its health', () => {
  const targets = [target('a'), target('b')]

  test('all are used as if well, where that is configured', () => {
    const pick = picksOf({ targets }, ['a', 'b']).pick(request)
    expect(pick).toMatchObject({ noneEligible: true, target: 'a' })
  })

  test('none is, otherwise', () => {
    const pick = picksOf({ targets, whenNoneEligible: 'fail' }, ['a', 'b']).pick(request)
    expect(pick).toMatchObject({ noneEligible: true, target: null, decidedBy: null, exemplar: undefined })
  })
})

test('the cookie that would name a target is said to be there, or not', () => {
  const picks = picksOf({ targets: [target('a')], affinity: { type: 'cookie', name: 'sticky' } })
  const withCookie = { ...request, header: (name: string) => (name === 'cookie' ? 'a=1; sticky=b' : undefined) }
  expect(picks.pick(request).affinity).toEqual({ cookie: 'sticky', sent: false })
  expect(picks.pick(withCookie).affinity).toEqual({ cookie: 'sticky', sent: true })
})
