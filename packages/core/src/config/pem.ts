/** One block of PEM text (RFC 7468), or a marker of one. Bounded by what the schema lets a text be. */
const block = /-----BEGIN ([A-Z0-9 ]{0,60})-----([^-]*)-----END \1-----/g

/**
 * What is wrong with a text that should be certificates in PEM form, as a sentence that holds nothing of it: whoever
 * pastes a private key must not find it in an answer or a log. Text around the blocks is ignored, as OpenSSL does.
 */
export function certificatesFault(text: string): string | undefined {
  if (/-----BEGIN [A-Z0-9 ]{0,60}PRIVATE KEY/.test(text)) {
    return 'a private key stands here; take it out and say in the key of the certificate where it is'
  }
  const blocks = [...text.matchAll(block)]
  const markers = text.match(/-----(?:BEGIN|END) /g)?.length ?? 0
  if (markers === 0) return 'write a certificate in PEM form; it begins with -----BEGIN CERTIFICATE-----'
  if (markers !== blocks.length * 2) return 'a BEGIN or END line has no partner; copy the certificate whole'
  if (blocks.some(([, label]) => label !== 'CERTIFICATE')) {
    return 'only certificates may stand here: blocks that begin with -----BEGIN CERTIFICATE-----'
  }
  const bad = blocks.findIndex(([, , body = '']) => !isSequence(body.replace(/\s/g, '')))
  return bad === -1 ? undefined : `block ${bad + 1} is damaged; copy the certificate whole`
}

/** Whether base64 text holds exactly one DER SEQUENCE (X.690, 8.9), which a certificate is: one cut short is found. */
function isSequence(base64: string): boolean {
  if (base64.length % 4 !== 0 || !/^[A-Za-z0-9+/]+={0,2}$/.test(base64)) return false
  const bytes = (base64.length / 4) * 3 - (base64.endsWith('==') ? 2 : base64.endsWith('=') ? 1 : 0)
  const [tag, first = 0, ...rest] = firstBytes(base64)
  if (tag !== 0x30) return false
  if (first < 0x80) return bytes === 2 + first
  const size = first - 0x80
  if (size < 1 || size > 3) return false
  const length = rest.slice(0, size).reduce((sum, byte) => sum * 256 + byte, 0)
  return bytes === 2 + size + length
}

const digits = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'

/** The first six bytes of base64 text. */
function firstBytes(base64: string): number[] {
  const bytes: number[] = []
  for (let at = 0; at < 8; at += 4) {
    const [a = 0, b = 0, c = 0, d = 0] = [...base64.slice(at, at + 4)].map((digit) =>
      Math.max(0, digits.indexOf(digit)),
    )
    bytes.push((a << 2) | (b >> 4), ((b & 15) << 4) | (c >> 2), ((c & 3) << 6) | d)
  }
  return bytes
}
