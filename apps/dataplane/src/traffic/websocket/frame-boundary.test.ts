import { seededRandom } from '@switchyard/core/balancers/seeded-random'
import { expect, test } from 'vitest'
import { closeFrame, FrameBoundary, pongFrame } from './frame-boundary.ts'

function frame(length: number, masked: boolean): Buffer {
  const mask = masked ? 0x80 : 0
  const head =
    length < 126
      ? [0x82, mask | length]
      : length < 65_536
        ? [0x82, mask | 126, length >> 8, length & 255]
        : [0x82, mask | 127, 0, 0, 0, 0, (length >> 24) & 255, (length >> 16) & 255, (length >> 8) & 255, length & 255]
  return Buffer.concat([Buffer.from(head), Buffer.alloc(masked ? 4 : 0, 7), Buffer.alloc(length, 0xff)])
}

const frames = [0, 1, 125, 126, 127, 65_535, 65_536, 100_000, 0].flatMap((length) => [
  frame(length, false),
  frame(length, true),
])

test.each([1, 2, 3, 7, 1000, 65_536, 10_000_000])('ends of frames are found in pieces of %d bytes', (size) => {
  const all = Buffer.concat(frames)
  const ends = new Set<number>([0])
  frames.reduce((sum, one) => {
    ends.add(sum + one.length)
    return sum + one.length
  }, 0)
  const boundary = new FrameBoundary()
  for (let at = 0; at < all.length; at += size) {
    expect(boundary.between).toBe(ends.has(at))
    boundary.follow(all.subarray(at, at + size))
  }
  expect(boundary.between).toBe(true)
})

test('ends of frames are found in pieces of any bytes', () => {
  const random = seededRandom(6455)
  const boundary = new FrameBoundary()
  for (let round = 0; round < 300; round++) {
    const all = Buffer.concat(
      Array.from({ length: 20 }, () => frame(Math.floor(random() ** 4 * 70_000), random() < 0.5)),
    )
    for (let at = 0, end = 0; at < all.length; at = end) {
      end = Math.min(all.length, at + 1 + Math.floor(random() ** 3 * 40_000))
      boundary.follow(all.subarray(at, end))
    }
    expect(boundary.between).toBe(true)
    boundary.follow(all.subarray(0, 1))
    expect(boundary.between).toBe(false)
    expect(boundary.finishFrame(all.subarray(1))).toBeLessThan(all.length)
    expect(boundary.between).toBe(true)
  }
})

test('the rest of a frame is told from what follows it', () => {
  const boundary = new FrameBoundary()
  const one = frame(300, true)
  boundary.follow(one.subarray(0, 10))
  const rest = Buffer.concat([one.subarray(10), frame(5, true)])
  expect(boundary.finishFrame(rest)).toBe(one.length - 10)
  expect(boundary.between).toBe(true)
  expect(boundary.finishFrame(rest)).toBe(0)
})

test('a Close frame carries its code, a Pong nothing, masked from a client', () => {
  expect([...pongFrame(false)]).toEqual([0x8a, 0])
  expect([...pongFrame(true)]).toEqual([0x8a, 0x80, 0, 0, 0, 0])
  expect([...closeFrame(1012, false)]).toEqual([0x88, 2, 0x03, 0xf4])
  expect([...closeFrame(1001, true)]).toEqual([0x88, 0x82, 0, 0, 0, 0, 0x03, 0xe9])
})
