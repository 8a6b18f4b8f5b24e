import { expect, test } from 'vitest'
import { splitPem } from './split-pem.ts'

const block = (label: string, body = 'AAAA') => `-----BEGIN ${label}-----\n${body}\n-----END ${label}-----\n`

test('certificates and keys of one text are told apart, in their order, whatever stands around them', () => {
  const [leaf, issuer, key] = [block('CERTIFICATE', 'leaf'), block('CERTIFICATE', 'issuer'), block('PRIVATE KEY')]
  const text = `Bag Attributes\n${key}subject=/CN=shop\n${leaf}\n# the one that issued it\n${issuer}`
  expect(splitPem(text)).toEqual({ certificates: leaf + issuer, keys: key })
})

test.each(['PRIVATE KEY', 'EC PRIVATE KEY', 'RSA PRIVATE KEY', 'ENCRYPTED PRIVATE KEY'])('%s is a key', (label) => {
  expect(splitPem(block(label))).toEqual({ certificates: '', keys: block(label) })
})

test('parameters of curves and requests are neither, and line ends of Windows become ours', () => {
  expect(splitPem(block('EC PARAMETERS') + block('CERTIFICATE REQUEST'))).toEqual({ certificates: '', keys: '' })
  const windows = block('CERTIFICATE').replaceAll('\n', '\r\n')
  expect(splitPem(windows).certificates).toBe(block('CERTIFICATE'))
})

test('what is no PEM text has nothing', () => {
  expect(splitPem('')).toEqual({ certificates: '', keys: '' })
  expect(splitPem(`${'-----BEGIN '.repeat(20_000)}`)).toEqual({ certificates: '', keys: '' })
})
