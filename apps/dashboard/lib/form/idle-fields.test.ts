import { expect, test } from 'vitest'
import { idleFields } from './idle-fields.ts'

test('a listener without https has nothing of TLS to say, unless something of it is written', () => {
  expect(idleFields('listeners', { id: 'web' })).toEqual(['tls'])
  expect(idleFields('listeners', { id: 'web', protocol: 'http', tls: { certificates: ['web'] } })).toEqual([])
  expect(idleFields('listeners', { id: 'web', protocol: 'https' })).toEqual([])
  expect(idleFields('upstreams', { id: 'web' })).toEqual([])
})
