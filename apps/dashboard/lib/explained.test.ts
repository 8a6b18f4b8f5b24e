import { expect, test } from 'vitest'
import { explainUpstream } from './explained.ts'

const target = (id: string, over = {}) => ({ id, url: `http://${id}:80`, ...over })

test('a strategy with a formula is explained exactly, with the reason why a target gets nothing', async () => {
  const targets = [target('a', { weight: 3 }), target('b'), target('c', { drain: true })]
  const explained = await explainUpstream({ targets }, undefined)
  expect(explained?.method).toBe('exact')
  expect(explained?.targets.map(({ share, without }) => [share, without])).toEqual([
    [0.75, undefined],
    [0.25, undefined],
    [0, 'draining'],
  ])
})

test('one that goes by what is in hand is simulated, alike each time', async () => {
  const upstream = { strategy: { type: 'two-choices' }, targets: [target('a'), target('b')] }
  const explained = await explainUpstream(upstream, undefined)
  expect(explained?.method).toBe('simulated')
  expect(explained?.targets[0]?.share).toBeCloseTo(0.5, 1)
  expect(await explainUpstream(upstream, undefined)).toEqual(explained)
})

test('what cannot work explains nothing', async () => {
  expect(
    await explainUpstream({ strategy: { type: 'no-such-thing' }, targets: [target('a')] }, undefined),
  ).toBeUndefined()
})
