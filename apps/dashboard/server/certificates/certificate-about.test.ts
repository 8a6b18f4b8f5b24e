import { expect, test } from 'vitest'
import { authority, old, plain, shop } from '../testing/certificates.ts'
import { aboutCertificate, readCertificates } from './certificate-about.ts'

test('a certificate tells its names, its issuer, its time and its kind of key', () => {
  expect(aboutCertificate(shop.certificate)).toEqual({
    names: ['shop.example.com', '*.shop.example.com', '10.0.0.7'],
    subject: 'shop.example.com',
    issuer: 'Test authority',
    notBefore: '2020-01-01T00:00:00.000Z',
    notAfter: '2120-01-01T00:00:00.000Z',
    keyType: 'EC P-256',
    fingerprint: expect.stringMatching(/^(?:[0-9A-F]{2}:){31}[0-9A-F]{2}$/),
    chain: 0,
  })
  expect(aboutCertificate(old.certificate)).toMatchObject({ notAfter: '2021-01-01T00:00:00.000Z' })
})

test('one without names and without a common name is told by its organisation', () => {
  expect(aboutCertificate(plain.certificate)).toMatchObject({
    names: [],
    subject: 'Example Ltd',
    issuer: 'Example Ltd',
    keyType: 'RSA 2048',
  })
})

test('of a chain it is the first, and text around the blocks counts for nothing', () => {
  const chain = `Bag Attributes\n${shop.certificate}\n# issued by\n${authority}`
  expect(aboutCertificate(chain)).toMatchObject({ subject: 'shop.example.com', chain: 1 })
})

test('which certificate of a text cannot be read is told by its place', () => {
  const damaged = shop.certificate.replace('MII', 'MIA')
  expect(readCertificates(damaged)).toEqual({ ok: false, bad: 1 })
  expect(readCertificates(`${authority}${damaged}`)).toEqual({ ok: false, bad: 2 })
  expect(readCertificates('no certificate')).toEqual({ ok: false, bad: 1 })
  expect(aboutCertificate(damaged)).toBeUndefined()
})
