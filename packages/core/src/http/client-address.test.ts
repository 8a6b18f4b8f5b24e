import { expect, test } from 'vitest'
import { compileRanges } from './address-range.ts'
import { clientAddress } from './client-address.ts'

const trusted = compileRanges(['10.0.0.0/8', '::1'])

test('what a peer that is not trusted says is not believed', () => {
  expect(clientAddress('203.0.113.9', '192.0.2.1', trusted)).toBe('203.0.113.9')
})

test('a trusted peer is believed', () => {
  expect(clientAddress('10.0.0.1', '192.0.2.1', trusted)).toBe('192.0.2.1')
  expect(clientAddress('::ffff:10.0.0.1', '192.0.2.1', trusted)).toBe('192.0.2.1')
})

test('the right-most address that is not trusted is the client, whatever stands before it', () => {
  expect(clientAddress('10.0.0.1', '127.0.0.1, 192.0.2.1, 10.0.0.2', trusted)).toBe('192.0.2.1')
})

test('when all are trusted the left-most is the client', () => {
  expect(clientAddress('10.0.0.1', '10.0.0.3, 10.0.0.2', trusted)).toBe('10.0.0.3')
})

test('what is no address ends the walk', () => {
  expect(clientAddress('10.0.0.1', '192.0.2.1, unknown', trusted)).toBe('10.0.0.1')
  expect(clientAddress('10.0.0.1', '192.0.2.1, , 10.0.0.2', trusted)).toBe('10.0.0.2')
  expect(clientAddress('10.0.0.1', '', trusted)).toBe('10.0.0.1')
  expect(clientAddress('10.0.0.1', undefined, trusted)).toBe('10.0.0.1')
})

test('ports and brackets are left out', () => {
  expect(clientAddress('10.0.0.1', '192.0.2.1:4711', trusted)).toBe('192.0.2.1')
  expect(clientAddress('10.0.0.1', '[2001:db8::1]:4711', trusted)).toBe('2001:db8::1')
  expect(clientAddress('10.0.0.1', '[2001:db8::1]', trusted)).toBe('2001:db8::1')
  expect(clientAddress('10.0.0.1', '::ffff:192.0.2.1', trusted)).toBe('192.0.2.1')
})
