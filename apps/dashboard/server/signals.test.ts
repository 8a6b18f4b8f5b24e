import { expect, test } from 'vitest'
import { createSignals } from './signals.ts'

test('a follower hears what was said between its questions, once, however often it was said', async () => {
  const signals = createSignals()
  const follower = signals.follow(['draft', 'head'])
  signals.emit('draft')
  signals.emit('head')
  expect(await follower.next(1000)).toBe(true)
  expect(await follower.next(10)).toBe(false)
})

test('a follower does not hear other topics', async () => {
  const signals = createSignals()
  const follower = signals.follow(['draft'])
  signals.emit('nodes')
  expect(await follower.next(10)).toBe(false)
})

test('a waiting follower is woken, and ended by any of its abort signals', async () => {
  const signals = createSignals()
  const [one, other] = [new AbortController(), new AbortController()]
  const follower = signals.follow(['draft'], one.signal, other.signal)
  const woken = follower.next()
  signals.emit('draft')
  expect(await woken).toBe(true)
  const waiting = follower.next()
  other.abort()
  expect(await waiting).toBe(false)
  expect(follower.ended).toBe(true)
  signals.emit('draft')
  expect(await follower.next()).toBe(false)
})

test('a follower that begins after the end has ended', async () => {
  const signals = createSignals()
  const follower = signals.follow(['draft'], AbortSignal.abort())
  expect(follower.ended).toBe(true)
  expect(await follower.next()).toBe(false)
})
