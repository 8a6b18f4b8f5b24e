import { expect, test } from 'vitest'
import { parseHost } from './host.ts'

test.each([
  ['shop.example.com', 'shop.example.com'],
  ['Shop.Example.COM:8080', 'shop.example.com'],
  ['example.com.', 'example.com'],
  ['example.com.:80', 'example.com'],
  ['localhost', 'localhost'],
  ['my_app:0', 'my_app'],
  ['127.0.0.1:65535', '127.0.0.1'],
  ['[::1]', '[::1]'],
  ['[2001:DB8::1]:443', '[2001:db8::1]'],
])('%s is the host %s', (field, host) => {
  expect(parseHost(field)).toBe(host)
})

test.each([
  ['nothing', ''],
  ['a port alone', ':80'],
  ['a user', 'user@example.com'],
  ['a path', 'example.com/x'],
  ['a comma', 'a.com,b.com'],
  ['a space', 'a.com b.com'],
  ['a space around it', ' a.com'],
  ['a line end', 'a.com\r\n'],
  ['an empty label', 'a..com'],
  ['a dot in front', '.a.com'],
  ['a dot alone', '.'],
  ['an escape', 'a%2ecom'],
  ['a port that is no number', 'a.com:http'],
  ['an empty port', 'a.com:'],
  ['a port that is too large', 'a.com:65536'],
  ['two ports', 'a.com:1:2'],
  ['a name beyond ASCII', 'b\xfccher.example'],
  ['IPv6 without brackets', '::1'],
  ['an open bracket', '[::1'],
  ['something after the bracket', '[::1]x'],
  ['no address in the brackets', '[example.com]'],
  ['IPv4 in brackets', '[127.0.0.1]'],
  ['a zone', '[fe80::1%eth0]'],
  ['a name that is too long', `${'a.'.repeat(130)}com`],
  ['a backslash', 'a.com\\b'],
])('%s is refused', (_what, field) => {
  expect(parseHost(field)).toBeUndefined()
})
