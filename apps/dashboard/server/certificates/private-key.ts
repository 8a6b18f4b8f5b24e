import { createHash, createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto'

/** Reads a private key in PEM form, or says what is wrong with the text, without any of it. */
export function readPrivateKey(pem: string): { ok: true; key: KeyObject } | { ok: false; message: string } {
  if (/-----BEGIN ENCRYPTED PRIVATE KEY-----|^Proc-Type: 4,ENCRYPTED/m.test(pem)) {
    return { ok: false, message: 'this key is encrypted; take its passphrase off first: openssl pkey -in FILE' }
  }
  try {
    return { ok: true, key: createPrivateKey(pem) }
  } catch {
    return { ok: false, message: 'this is no private key in PEM form; one begins with -----BEGIN PRIVATE KEY-----' }
  }
}

/** SHA-256 of the public half, 12 hexadecimal digits: tells keys apart, and says nothing of the private half. */
export const keyMark = (key: KeyObject): string =>
  createHash('sha256')
    .update(createPublicKey(key).export({ type: 'spki', format: 'der' }))
    .digest('hex')
    .slice(0, 12)
