import { expect, test } from 'vitest'
import type { PickRequest } from './contract.ts'
import { HashKey, type HashKeyOptions, hashKeySchema } from './hash-key.ts'

const headers: Record<string, string> = { 'x-tenant': 'Blue', cookie: 'a=1; session=s%201; session=2' }
const request: PickRequest = {
  clientIp: '192.0.2.7',
  host: 'shop.example.com',
  url: '/a%2Fb/../C?user=x%20y&user=2',
  header: (name) => headers[name],
}

function read(options: HashKeyOptions, from: PickRequest = request): string {
  const key = new HashKey(options)
  return key.read(from) ? key.text : ''
}

test('takes the key from each source as it stands on the wire', () => {
  expect(read({ from: 'client-ip' })).toBe('192.0.2.7')
  expect(read({ from: 'header', name: 'X-Tenant' })).toBe('Blue')
  expect(read({ from: 'cookie', name: 'session' })).toBe('s%201')
  expect(read({ from: 'query', name: 'user' })).toBe('x%20y')
  expect(read({ from: 'path' })).toBe('/a%2Fb/../C')
  expect(read({ from: 'url' })).toBe('/a%2Fb/../C?user=x%20y&user=2')
  expect(read({ from: 'host' })).toBe('shop.example.com')
})

test('a key that is not there is empty', () => {
  const bare = { ...request, url: '/a', header: () => undefined }
  expect(read({ from: 'header', name: 'x' }, bare)).toBe('')
  expect(read({ from: 'cookie', name: 'x' }, bare)).toBe('')
  expect(read({ from: 'query', name: 'x' }, bare)).toBe('')
  expect(read({ from: 'path' }, bare)).toBe('/a')
})

test('an empty key falls to its fallback', () => {
  const fallback = { from: 'client-ip' } as const
  expect(read({ from: 'header', name: 'x-other', fallback })).toBe('192.0.2.7')
  expect(read({ from: 'header', name: 'x-tenant', fallback })).toBe('Blue')
  expect(read({ from: 'query', name: 'no', fallback: { from: 'cookie', name: 'neither' } })).toBe('')
})

test('one key is not mistaken for the one of the request before', () => {
  const key = new HashKey({ from: 'query', name: 'user' })
  expect(key.read(request)).toBe(true)
  expect(key.read({ ...request, url: '/' })).toBe(false)
})

test('only sources with names have a name', () => {
  expect(hashKeySchema.safeParse({ from: 'header' }).success).toBe(false)
  expect(hashKeySchema.safeParse({ from: 'client-ip', name: 'x' }).success).toBe(false)
  expect(hashKeySchema.safeParse({ from: 'cookie', name: 'a b' }).success).toBe(false)
  expect(hashKeySchema.safeParse({ from: 'query', name: 'a', fallback: { from: 'host' } }).success).toBe(true)
  expect(
    hashKeySchema.safeParse({ from: 'host', fallback: { from: 'host', fallback: { from: 'host' } } }).success,
  ).toBe(false)
})
