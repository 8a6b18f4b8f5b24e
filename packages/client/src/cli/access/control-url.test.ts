import { expect, test } from 'vitest'
import { isReadable, readControlUrl } from './control-url.ts'

test('one control plane has one address, however it is written', () => {
  expect(readControlUrl('HTTP://127.0.0.1:4000/')).toBe('http://127.0.0.1:4000')
  expect(readControlUrl('https://example.com/switchyard//')).toBe('https://example.com/switchyard')
})

test.each([
  ['127.0.0.1:4000', 'such as http'],
  ['ftp://example.com', 'such as http'],
  ['', 'such as http'],
  ['http://admin:secret@example.com', 'user or password'],
  ['http://swy_secret@example.com', 'user or password'],
  ['http://example.com/?token=secret', 'no query'],
])('%s is refused, and not repeated', (text, reason) => {
  expect(() => readControlUrl(text)).toThrow(reason)
  expect(() => readControlUrl(text)).toThrow(expect.not.stringContaining('secret'))
})

test('a token can be read on its way over http, except to this machine', () => {
  const readable = ['http://example.com', 'http://10.0.0.7:4000', 'http://127.0.0.1.example.com', 'http://[::2]']
  const fine = [
    'http://127.0.0.1:4000',
    'http://127.1.2.3',
    'http://localhost:4000',
    'http://[::1]:4000',
    'https://a.b',
  ]
  expect(readable.filter(isReadable)).toEqual(readable)
  expect(fine.filter(isReadable)).toEqual([])
})
