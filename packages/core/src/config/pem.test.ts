import fc from 'fast-check'
import { expect, test } from 'vitest'
import { certificatesFault } from './pem.ts'

const pem = (body: string, label = 'CERTIFICATE') => `-----BEGIN ${label}-----\n${body}\n-----END ${label}-----\n`

/** Not a certificate, but what every one begins and ends as: a DER sequence of this many bytes. */
function sequence(content: number): string {
  const length = content < 128 ? [content] : content < 256 ? [0x81, content] : [0x82, content >> 8, content & 255]
  const bytes = String.fromCharCode(0x30, ...length) + 'x'.repeat(content)
  return btoa(bytes).replace(/.{64}/g, '$&\n')
}

test('certificates of any length are taken, one after the other, with what people write between them', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 3000 }), { minLength: 1, maxLength: 4 }), (sizes) => {
      const text = sizes.map((size, index) => `# number ${index}\n${pem(sequence(size))}`).join('\n')
      expect(certificatesFault(text)).toBeUndefined()
      expect(certificatesFault(text.replaceAll('\n', '\r\n'))).toBeUndefined()
    }),
  )
})

test.each(['PRIVATE KEY', 'RSA PRIVATE KEY', 'EC PRIVATE KEY', 'ENCRYPTED PRIVATE KEY', 'OPENSSH PRIVATE KEY'])(
  'a pasted %s is refused, and nothing of it is in the sentence',
  (label) => {
    const key = pem('c2VjcmV0IHNlY3JldA==', label)
    for (const text of [key, pem(sequence(9)) + key, key.slice(0, 40)]) {
      expect(certificatesFault(text)).toMatch(/^a private key stands here/)
      expect(certificatesFault(text)).not.toContain('c2Vj')
    }
  },
)

test('what is no certificate is refused with what is the matter', () => {
  const whole = pem(sequence(200))
  const fault = {
    'shop.example.com': 'write a certificate in PEM form',
    [pem(sequence(9), 'CERTIFICATE REQUEST')]: 'only certificates may stand here',
    [whole + pem(sequence(9), 'PUBLIC KEY')]: 'only certificates may stand here',
    [whole.slice(0, -20)]: 'a BEGIN or END line has no partner',
    [whole.slice(10)]: 'a BEGIN or END line has no partner',
    [pem('')]: 'block 1 is damaged',
    [pem('not base64')]: 'block 1 is damaged',
    [pem('AAAA')]: 'block 1 is damaged',
    [whole + pem(sequence(200).slice(0, -65))]: 'block 2 is damaged',
    [pem(`${sequence(200)}AAAA`)]: 'block 1 is damaged',
  }
  for (const [text, sentence] of Object.entries(fault)) expect(certificatesFault(text)).toContain(sentence)
})

test('long texts are looked through in no time', () => {
  for (const text of ['-----BEGIN ', '-----BEGIN CERTIFICATE-----', '-----BEGIN A', '-']) {
    expect(certificatesFault(text.repeat(500_000 / text.length))).toBeDefined()
  }
})
