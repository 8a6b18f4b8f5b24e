import { expect, test } from 'vitest'
import { describeChanges } from './describe-changes.ts'

test('changes are told in sentences with a mark, and what nodes keep of an upstream', async () => {
  const weight = { path: 'targets[b].weight', labels: ['Targets', 'b', 'Weight'], action: 'changed' as const }
  expect(
    await describeChanges([
      {
        ...{ kind: 'upstreams', id: 'shop', action: 'changed' },
        details: [{ ...weight, before: 1, after: 4, share: { before: 1 / 6, after: 4 / 9 } }],
        effects: {
          kept: [{ what: 'health', targets: ['a', 'b'] }],
          reset: [{ what: 'position' }],
          sentences: ['kept: health of a and b', 'reset: position'],
        },
      },
      { kind: 'routes', id: 'beta', action: 'added', details: [] },
      { kind: 'routes', id: 'old', action: 'removed', details: [] },
    ]),
  ).toEqual([
    '~ target b of shop: weight 1 → 4 (share 17 % → 44 %)',
    '    kept: health of a and b',
    '    reset: position',
    '+ route beta added',
    '- route old removed',
  ])
})
