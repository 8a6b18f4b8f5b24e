import { BlockList, isIP } from 'node:net'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { parseAddress, plainAddress } from './address.ts'
import { compileRanges } from './address-range.ts'

const address = fc.oneof(fc.ipV4(), fc.ipV6())

test('what node takes for an address is one, and the other way round', () => {
  const nearly = fc
    .array(fc.constantFrom('1', '255', '256', '01', ':', '::', '.', 'ff', 'FFFF', '10000', 'g', ''), { maxLength: 10 })
    .map((parts) => parts.join(''))
  fc.assert(
    fc.property(fc.oneof(address, nearly), (text) => {
      expect(parseAddress(text) !== undefined).toBe(isIP(text) !== 0)
    }),
    { seed: 33, numRuns: 5000 },
  )
})

test('an IPv4-mapped address is the IPv4 address', () => {
  expect(parseAddress('::ffff:10.0.0.1')).toEqual([10, 0, 0, 1])
  expect(parseAddress('::FFFF:0a00:0001')).toEqual([10, 0, 0, 1])
  expect(plainAddress('::ffff:10.0.0.1')).toBe('10.0.0.1')
  expect(plainAddress('::1')).toBe('::1')
})

test('a zone is left out', () => {
  expect(parseAddress('fe80::1%eth0')).toEqual(parseAddress('fe80::1'))
})

test('ranges agree with those of node', () => {
  const range = fc.oneof(
    fc.tuple(fc.ipV4(), fc.nat({ max: 32 }), fc.constant('ipv4' as const)),
    fc.tuple(fc.ipV6(), fc.nat({ max: 128 }), fc.constant('ipv6' as const)),
  )
  fc.assert(
    fc.property(range, address, fc.boolean(), ([base, bits, family], other, itself) => {
      const list = new BlockList()
      list.addSubnet(base, bits, family)
      const asked = itself ? base : other
      // Mapped addresses are IPv4 to us; to node every IPv4 address is also a mapped one.
      fc.pre(isIP(base) === isIP(asked))
      fc.pre(!/^(?:::|0[:0]*)ffff:/i.test(base) && !/^(?:::|0[:0]*)ffff:/i.test(asked))
      expect(compileRanges([`${base}/${bits}`])(asked)).toBe(list.check(asked, isIP(asked) === 4 ? 'ipv4' : 'ipv6'))
    }),
    { seed: 34, numRuns: 5000 },
  )
})

test('a range holds its first and last address and not those beside them', () => {
  const contains = compileRanges(['10.1.2.128/25', '192.0.2.7', '2001:db8::/33'])
  for (const inside of ['10.1.2.128', '10.1.2.255', '192.0.2.7', '::ffff:192.0.2.7', '2001:db8:7fff::1']) {
    expect(contains(inside)).toBe(true)
  }
  for (const outside of ['10.1.2.127', '10.1.3.0', '192.0.2.8', '2001:db8:8000::', '', 'localhost']) {
    expect(contains(outside)).toBe(false)
  }
})

test('a mapped range is the IPv4 range', () => {
  expect(compileRanges(['::ffff:10.0.0.0/104'])('10.9.9.9')).toBe(true)
})

test('0.0.0.0/0 is every IPv4 address and no IPv6 address', () => {
  expect(compileRanges(['0.0.0.0/0'])('203.0.113.9')).toBe(true)
  expect(compileRanges(['0.0.0.0/0'])('::1')).toBe(false)
})

test('a range that is none throws', () => {
  for (const range of ['10.0.0.0/33', '10.0.0.0/', '10.0.0.0/-1', 'example.com', '::/129', '10.0.0.0/1e1']) {
    expect(() => compileRanges([range])).toThrow(RangeError)
  }
})
