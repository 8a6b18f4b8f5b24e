import { describe, expect, test } from 'vitest'
import { parseConfig } from './parse.ts'
import { ofUpstream, problemsOf, upstream } from './testing/problems-of.ts'
import { testModel } from './testing/test-model.ts'

const at = 'upstreams[0].'
const probe = (active: object) => ofUpstream({ health: { active } })

describe('probes', () => {
  test('are HTTP where their type is not said, with everything filled in', () => {
    const parsed = parseConfig(testModel, { switchyard: 1, upstreams: [upstream({ health: { active: {} } })] })
    expect(parsed.ok && parsed.value.upstreams[0]?.health.active).toEqual({
      type: 'http',
      path: '/',
      method: 'GET',
      headers: {},
      expectStatus: ['200-399'],
      intervalMs: 10_000,
      unsettledIntervalMs: 2000,
      jitterPercent: 10,
      timeoutMs: 5000,
      healthyThreshold: 2,
      unhealthyThreshold: 3,
    })
    expect(probe({ type: 'tcp', intervalMs: 500 })).toEqual([])
    expect(probe({ type: 'grpc', service: 'shop.Catalogue' })).toEqual([])
  })

  test('have the options of their type and no others', () => {
    expect(probe({ type: 'tcp', path: '/health' })[0]).toMatch(`${at}health.active.path: unknown field; known here`)
    expect(probe({ pathh: '/health' })).toEqual([`${at}health.active.pathh: unknown field; did you mean "path"?`])
    expect(probe({ type: 'udp' })).toEqual([`${at}health.active.type: expected one of http, tcp, grpc, not "udp"`])
  })

  test('ask a target of the upstream, and nobody else', () => {
    expect(probe({ path: 'http://169.254.169.254/' })).toEqual([
      `${at}health.active.path: begin with /, without spaces or #`,
    ])
    expect(probe({ path: '/a b' })).toHaveLength(1)
    expect(probe({ path: '/a\r\nx: y' })).toHaveLength(1)
  })

  test('send no field that would break the request', () => {
    expect(probe({ headers: { 'x-a': 'b\r\nc: d' } })).toHaveLength(1)
    expect(probe({ headers: { 'content-length': '5' } })).toHaveLength(1)
    expect(probe({ headers: { 'x-token': 'one two' } })).toEqual([])
  })

  test('expect what can be', () => {
    expect(probe({ expectStatus: ['399-200'] })).toEqual([`${at}health.active.expectStatus[0]: ends before it begins`])
    expect(probe({ expectStatus: ['2xx'] })).toHaveLength(1)
    expect(probe({ method: 'HEAD', expectBody: 'ok' })).toEqual([
      `${at}health.active.expectBody: an answer to HEAD has no body`,
    ])
  })
})

test('a target is not out for less than it is out for the first time', () => {
  expect(ofUpstream({ health: { passive: { ejectMs: 5000, maxEjectMs: 1000 } } })).toEqual([
    `${at}health.passive.maxEjectMs: must not be below ejectMs`,
  ])
})

test('a cookie that browsers would drop is refused', () => {
  expect(ofUpstream({ affinity: { type: 'cookie', sameSite: 'none' } })).toEqual([
    `${at}affinity.secure: browsers drop a cookie of sameSite none that is not secure`,
  ])
  expect(ofUpstream({ affinity: { type: 'cookie', name: 'a;b' } })).toHaveLength(1)
  expect(ofUpstream({ affinity: { type: 'cookie', path: '/; Domain=example.com' } })).toHaveLength(1)
  expect(ofUpstream({ affinity: { type: 'cookie', sameSite: 'none', secure: true } })).toEqual([])
})

describe('who serves when none is well', () => {
  const handing = (...chain: [string, string][]) =>
    problemsOf({
      upstreams: chain.map(([id, to]) => upstream({ id, whenNoneEligible: { upstream: to } })),
    })

  test('is one of two words, or another upstream that exists', () => {
    expect(ofUpstream({ whenNoneEligible: 'fail' })).toEqual([])
    expect(ofUpstream({ whenNoneEligible: 'panic' })).toHaveLength(1)
    expect(ofUpstream({ whenNoneEligible: { upstream: 'shpo' } })).toEqual([
      `${at}whenNoneEligible.upstream: there is no upstream "shpo"; did you mean "shop"?`,
    ])
    expect(
      problemsOf({ upstreams: [upstream({ whenNoneEligible: { upstream: 'b' } }), upstream({ id: 'b' })] }),
    ).toEqual([])
  })

  test('is not the upstream itself, however many are between', () => {
    const circle = (index: number) =>
      `upstreams[${index}].whenNoneEligible.upstream: leads back to this upstream itself`
    expect(handing(['a', 'a'])).toEqual([circle(0)])
    expect(handing(['a', 'b'], ['b', 'c'], ['c', 'b'])).toEqual([circle(1), circle(2)])
  })
})
