import { expect, test } from 'vitest'
import { type NodeFacts, publishState } from './publish-state.ts'

const node = (name: string, state: NodeFacts['state'], secondsSinceHeard = 1): NodeFacts => ({
  name,
  state,
  secondsSinceHeard,
})
const head = { number: 43 }

test('all nodes applied is live, with their count', () => {
  expect(publishState(head, [node('a', 'applied'), node('b', 'applied')])).toEqual({
    word: 'live',
    number: 43,
    applied: 2,
    nodes: 2,
  })
})

test('where there is one node, it is named', () => {
  expect(publishState(head, [node('a', 'applied')])).toEqual({ word: 'liveOnOne', number: 43, node: 'a' })
})

test('a node that has not answered yet is under way', () => {
  expect(publishState(head, [node('a', 'applied'), node('b', 'pending')])).toMatchObject({
    word: 'publishing',
    applied: 1,
  })
})

test('one refusal among applied nodes is partial, and comes before what is under way', () => {
  const nodes = [node('a', 'applied'), node('b', 'rejected'), node('c', 'pending'), node('d', 'unknown')]
  expect(publishState(head, nodes)).toMatchObject({ word: 'partial', applied: 1, nodes: 4 })
})

test('a refusal with nothing applied is rejected, and names the node', () => {
  expect(publishState(head, [node('b', 'rejected'), node('c', 'pending')])).toMatchObject({
    word: 'rejected',
    node: 'b',
  })
})

test('a silent node is never live', () => {
  expect(publishState(head, [node('a', 'applied'), node('c', 'unknown', 40)])).toMatchObject({
    word: 'silent',
    node: 'c',
    seconds: 40,
  })
})

test('without a revision, and without a node, it says so', () => {
  expect(publishState(null, [])).toEqual({ word: 'nothing' })
  expect(publishState(head, [])).toEqual({ word: 'noNodes', number: 43 })
})
