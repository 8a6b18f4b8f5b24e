import { expect, test } from 'vitest'
import { buildRing, findPoint } from './hash-ring.ts'

const servers = [
  { host: '10.0.0.1', port: '80', weight: 3 },
  { host: '10.0.0.2', port: '', weight: 1 },
  { host: '[::1]', port: '8080', weight: 2 },
]

test('points ascend, each once, 160 per unit of weight', () => {
  const { hashes } = buildRing(servers)
  expect(hashes.length).toBe(6 * 160)
  hashes.forEach((hash, index) => {
    if (index > 0) expect(hash).toBeGreaterThan(hashes[index - 1] as number)
  })
})

test('of points that coincide, that of the first server stays', () => {
  const twice = buildRing([servers[0], servers[0]].map((server) => ({ ...(server as (typeof servers)[0]) })))
  expect(twice.hashes).toEqual(buildRing(servers.slice(0, 1)).hashes)
  expect(new Set(twice.servers)).toEqual(new Set([0]))
})

test('a checksum belongs to the first point that is not below it, and beyond the last to the first', () => {
  const ring = buildRing(servers)
  const { hashes } = ring
  expect(findPoint(ring, 0)).toBe(0)
  expect(findPoint(ring, hashes[7] as number)).toBe(7)
  expect(findPoint(ring, (hashes[7] as number) + 1)).toBe(8)
  expect(findPoint(ring, (hashes[7] as number) | 0)).toBe(7)
  expect(findPoint(ring, (hashes.at(-1) as number) + 1)).toBe(hashes.length)
})

test('an empty ring has no points', () => {
  expect(buildRing([{ host: 'a', port: '', weight: 0 }]).hashes.length).toBe(0)
})

test('a ring of a million points is sorted and built while a request may wait', () => {
  const many = Array.from({ length: 6500 }, (_, n) => ({ host: `10.0.${n >> 8}.${n & 255}`, port: '80', weight: 1 }))
  const begun = performance.now()
  const { hashes } = buildRing(many)
  expect(performance.now() - begun).toBeLessThan(10_000)
  expect(hashes.length).toBeGreaterThan(1_039_000)
  expect(hashes.findIndex((hash, index) => index > 0 && hash <= (hashes[index - 1] as number))).toBe(-1)
})
