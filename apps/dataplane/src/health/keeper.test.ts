import { describe, expect, test } from 'vitest'
import { active, failed, passive, Scene, three, url, written } from './testing/scene.ts'

describe('probes', () => {
  test('a target that fails is out at all workers, and in again when it answers', () => {
    const scene = new Scene().apply(three)
    scene.probe('a')
    expect([scene.said(), scene.told()]).toEqual([[], []])
    scene.probe('a', failed)
    expect(scene.said()).toEqual(['a probe-failed', 'a unhealthy'])
    expect(scene.told()).toEqual(['a out'])
    expect(scene.health('a')).toMatchObject({ state: 'unhealthy', since: '1000', cause: failed })
    scene.probe('a')
    expect(scene.said()).toEqual(['a healthy'])
    expect(scene.told()).toEqual(['a in'])
  })

  test('of a target that joins later it is news that it is well', () => {
    const scene = new Scene().apply([written('a'), written('b')]).apply(three)
    scene.said()
    scene.probe('a')
    scene.probe('c')
    expect(scene.said()).toEqual(['c healthy'])
  })

  test('the only one that takes traffic is never out; it is said that it is exempt', () => {
    const scene = new Scene().apply([written('a'), written('b', { weight: 0 }), written('c', { drain: true })])
    scene.probe('a', failed)
    expect(scene.told()).toEqual([])
    expect(scene.health('a')).toMatchObject({ state: 'unhealthy', exempt: true })
    scene.fail('a')
    expect(scene.said()).toEqual(['a probe-failed', 'a unhealthy'])
    expect(scene.keeper.upstreams.get('shop')?.noneEligible).toBeNull()
  })

  test('the last one that is left is used again; once it is joined by another, it is out', () => {
    const scene = new Scene().apply(three.slice(0, 2))
    scene.probe('a', failed)
    expect(scene.told()).toEqual(['a out'])
    scene.apply(three.slice(0, 1))
    expect(scene.told()).toEqual(['a in'])
    scene.begin([{ id: 'shop', health: { active, passive }, targets: three.slice(0, 2) }])
    // Until the revision serves, the other one is not there.
    scene.probe('a', failed)
    expect(scene.told()).toEqual([])
    scene.keeper.serves(scene.now)
    expect(scene.told()).toEqual(['a out'])
  })

  test('a result that comes for a target of before counts for nothing', () => {
    const scene = new Scene().apply(three)
    const before = scene.keeper.upstreams.get('shop')?.target('a', url('a'))
    scene.apply(three.slice(1)).apply(three)
    scene.said()
    if (before) scene.keeper.probed(before, failed, scene.now)
    expect(scene.said()).toEqual([])
    expect(scene.health('a').state).toBe('unknown')
  })
})

describe('failures of requests', () => {
  test('take a target out for a time that grows, and then it is restored', () => {
    const scene = new Scene().apply(three)
    scene.fail('a')
    expect(scene.events).toEqual([
      {
        type: 'ejected',
        upstream: 'shop',
        target: 'a',
        cause: { code: 'consecutive_failures', detail: '3 in a row' },
        forMs: 20_000,
      },
    ])
    scene.said()
    expect(scene.told()).toEqual(['a out'])
    expect(scene.health('a')).toMatchObject({ state: 'ejected', ejectedUntil: '21000' })
    expect(scene.keeper.nextEnd).toBe(21_000)
    expect(scene.after(19_999).said()).toEqual([])
    expect(scene.after(1).said()).toEqual(['a restored'])
    expect(scene.told()).toEqual(['a in'])
    scene.fail('a')
    expect(scene.events.at(-1)).toMatchObject({ forMs: 40_000 })
  })

  test('at most the stated share is out at once', () => {
    const scene = new Scene().apply(three)
    scene.fail('a')
    scene.fail('b')
    expect(scene.said()).toEqual(['a ejected'])
    scene.after(20_000)
    scene.fail('b', 1)
    expect(scene.said()).toEqual(['a restored', 'b ejected'])
    const all = new Scene().apply(three, { health: { passive: { ...passive, maxEjectedPercent: 100 } } })
    for (const id of ['a', 'b', 'c']) all.fail(id)
    expect(all.said()).toEqual(['a ejected', 'b ejected', 'c ejected', 'none-eligible'])
  })

  test('what was under way when it was taken out counts for nothing', () => {
    const scene = new Scene().apply(three)
    scene.fail('a')
    scene.fail('a')
    scene.after(20_000)
    scene.fail('a', 2)
    expect(scene.said()).toEqual(['a ejected', 'a restored'])
  })

  test('a target that is unhealthy by its probes as well comes back when both are over', () => {
    const scene = new Scene().apply(three, { slowStart: {}, health: { active, passive } })
    scene.fail('a')
    scene.probe('a', failed)
    expect(scene.health('a').state).toBe('ejected')
    scene.after(20_000)
    expect(scene.health('a').state).toBe('unhealthy')
    expect(scene.told()).toEqual(['a out'])
    scene.probe('a')
    expect(scene.said().slice(-3)).toEqual(['a restored', 'a healthy', 'a slow-start-begun'])
    expect(scene.told()).toEqual(['a in 0'])
  })
})
