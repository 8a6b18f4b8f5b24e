import { describe, expect, test } from 'vitest'
import type { NodeView } from '../outputs.ts'
import { describeNodes, failureOf } from './describe-nodes.ts'
import { isConverged, isDecided, judgeNodes, type NodeProgress } from './judge-nodes.ts'

const revision = { number: 8, hash: 'h8' }
const newer = new Set(['h9'])
const at = '2026-01-01T00:00:00.000Z'

const node = (name: string, view: Partial<NodeView>): NodeView => ({
  ...{ name, version: '0.1.0', state: 'pending', lastHeardAt: at, secondsSinceHeard: 0, serving: null, outcome: null },
  ...{ workers: [], listeners: [], startedAt: at },
  ...view,
})
const serving = (number: number, hash: string): NodeView['serving'] => ({ number, hash, since: at, source: 'control' })
const applied = (number: number, hash: string): NodeView['outcome'] => ({
  status: 'applied',
  number,
  hash,
  ms: 21.4,
  at,
})
const rejected = (number: number, hash: string): NodeView['outcome'] => ({
  ...{ status: 'rejected', number, hash, at, code: 'port_in_use', message: 'A listener cannot have its port.' },
  problems: [{ path: 'listeners[0].port', message: '8080 is in use' }],
})

const judge = (view: Partial<NodeView>) => judgeNodes(revision, newer, [node('a', view)])[0]

test.each([
  ['serves it', { serving: serving(8, 'h8'), outcome: applied(8, 'h8') }, { state: 'applied', ms: 21.4 }],
  ['serves the same content under another number', { serving: serving(5, 'h8') }, { state: 'applied' }],
  ['has gone on to a newer one', { serving: serving(9, 'h9'), outcome: applied(9, 'h9') }, { state: 'applied' }],
  ['serves a higher number of another database', { serving: serving(30, 'other') }, { state: 'pending' }],
  ['has not got it yet', { serving: serving(7, 'h7'), outcome: applied(7, 'h7') }, { state: 'pending' }],
  ['rejected the one before', { serving: serving(6, 'h6'), outcome: rejected(7, 'h7') }, { state: 'pending' }],
  [
    'rejected it',
    { serving: serving(7, 'h7'), outcome: rejected(8, 'h8') },
    { state: 'rejected', code: 'port_in_use' },
  ],
  ['rejected the one after it', { serving: serving(7, 'h7'), outcome: rejected(9, 'h9') }, { state: 'rejected' }],
  ['serves it and rejected the next', { serving: serving(8, 'h8'), outcome: rejected(9, 'h9') }, { state: 'applied' }],
  [
    'is silent, whatever it said before',
    { state: 'unknown' as const, secondsSinceHeard: 40, serving: serving(8, 'h8'), outcome: applied(8, 'h8') },
    { state: 'unknown', silentSeconds: 40 },
  ],
])('a node that %s', (_, view, expected) => {
  expect(judge(view)).toMatchObject({ name: 'a', ...expected })
})

describe('of all nodes', () => {
  const one: NodeProgress = { name: 'one', state: 'applied', ms: 18.2 }
  const two: NodeProgress = { name: 'two', state: 'pending' }
  const three: NodeProgress = { name: 'three', state: 'unknown', silentSeconds: 40 }
  const four: NodeProgress = { name: 'four', state: 'rejected', code: 'port_in_use', message: 'm', problems: [] }

  test.each([
    [[one], true, true],
    [[one, three], true, true],
    [[one, two], false, false],
    [[four, two], false, false],
    [[one, four], false, true],
    [[three], false, false],
    [[], false, false],
  ])('%j', (nodes, converged, decided) => {
    expect([isConverged(nodes), isDecided(nodes)]).toEqual([converged, decided])
  })

  test('they are told with shape and word, and who is silent by name', () => {
    expect(describeNodes(8, [one, two, three, four])).toEqual([
      'r8 serves on 1 of 4 nodes, the slowest after 19 ms; silent: three.',
      '  one    ● applied   19 ms',
      '  two    ◐ pending',
      '  three  ◌ unknown   silent for 40 s',
      '  four   ■ rejected  port_in_use: m',
    ])
  })

  test('why it does not serve is a failure of its own, with the reasons of those who rejected it', () => {
    expect(failureOf(8, [one, three], 60)).toBeUndefined()
    expect(failureOf(8, judgeNodes(revision, newer, [node('a', { outcome: rejected(8, 'h8') })]), 60)).toMatchObject({
      ...{ code: 'rejected', exitCode: 6, message: 'r8 is rejected by a.' },
      problems: [{ path: 'listeners[0].port', message: 'a: 8080 is in use' }],
    })
    expect(failureOf(8, [one, two], 60)).toMatchObject({
      ...{ code: 'not_converged', exitCode: 6, message: 'After 60 s r8 is not served by two.' },
    })
    expect(failureOf(8, [three], 5)?.message).toBe('After 5 s r8 is served by nobody: every node is silent.')
    expect(failureOf(8, [], 5)?.message).toBe('After 5 s r8 is served by nobody: there is no node.')
  })
})
