import { expect, test } from 'vitest'
import { checkedFieldName, fieldName, role, rolesOf } from './field-names.ts'
import { parseRequestHead } from './request-head.ts'

test('a well-known name is one object for each of its usual spellings', () => {
  for (const spelled of ['Host', 'host', 'ETag', 'etag', 'Sec-CH-UA', 'X-Forwarded-For', 'WWW-Authenticate']) {
    expect(fieldName(spelled)).toBe(fieldName(spelled))
    expect(fieldName(spelled)).toMatchObject({ spelled, lower: spelled.toLowerCase() })
  }
})

test('a text that is no token is no name', () => {
  expect(checkedFieldName('a b')).toBeUndefined()
  expect(checkedFieldName('')).toBeUndefined()
  expect(checkedFieldName('X-New')?.lower).toBe('x-new')
})

test('what a name is for does not depend on its spelling', () => {
  expect(fieldName('CONTENT-length').roles).toBe(fieldName('content-length').roles)
  expect(rolesOf('x_forwarded_for') & role.claim).not.toBe(0)
  expect(rolesOf('transfer_encoding') & role.hopByHop).not.toBe(0)
  expect(rolesOf('transfer_encoding') & role.transferEncoding).toBe(0)
  expect(rolesOf('x-forward') & role.claim).toBe(0)
  for (const name of ['__proto__', 'constructor', 'toString', 'x-anything']) expect(rolesOf(name)).toBe(0)
})

test('a name that comes again and again becomes one object', () => {
  const limits = { headerBytes: 1000, headerCount: 10, uriBytes: 100 }
  const [, second, third] = ['1', '2', '3'].map((value) => {
    const head = parseRequestHead(`GET / HTTP/1.1\r\nX-Again-And-Again: ${value}\r\n\r\n`, limits)
    if (typeof head === 'string') throw new Error(head)
    return head.headers.nameAt(0)
  })
  expect(third).toBe(second)
  expect(third?.spelled).toBe('X-Again-And-Again')
})

test('names that nobody knows take the places of one another and none of the well-known ones', () => {
  const limits = { headerBytes: 65_536, headerCount: 1000, uriBytes: 100 }
  for (let round = 0; round < 50; round++) {
    const names = Array.from({ length: 200 }, (_, i) => `x-${round * 200 + i}-${'y'.repeat(i % 70)}`)
    const head = parseRequestHead(
      `GET / HTTP/1.1\r\nHost: a\r\n${names.map((name) => `${name}: ${name}\r\n`).join('')}\r\n`,
      limits,
    )
    if (typeof head === 'string') throw new Error(head)
    expect(head.headers.toRaw().slice(2)).toEqual(names.flatMap((name) => [name, name]))
    expect(head.headers.nameAt(0)).toBe(fieldName('Host'))
  }
})
