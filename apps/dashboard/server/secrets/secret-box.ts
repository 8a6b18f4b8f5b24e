import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'
import { SwitchyardError } from '@switchyard/core/errors'
import type { SecretKey } from './secret-key.ts'

/** Seals values, each under its name, so that what was stored under one name cannot stand under another. */
export interface SecretBox {
  seal(name: string, value: string): Uint8Array<ArrayBuffer>
  /** Throws `secret_unreadable` for what was sealed with another key, under another name, or was changed since. */
  open(name: string, sealed: Uint8Array): string
}

/** AES-256-GCM (NIST SP 800-38D). A random nonce of 96 bits is good for far more values than will ever be set. */
const cipher = 'aes-256-gcm'
const nonceBytes = 12
const tagBytes = 16

/** What is sealed begins with this byte: the form that follows, which is nonce, tag, and the value. */
const form = 1

export function createSecretBox(key: SecretKey): SecretBox {
  return {
    seal(name, value) {
      const nonce = randomBytes(nonceBytes)
      const sealing = createCipheriv(cipher, key, nonce, { authTagLength: tagBytes }).setAAD(Buffer.from(name))
      const sealed = [sealing.update(value, 'utf8'), sealing.final()]
      return Uint8Array.from(Buffer.concat([Buffer.of(form), nonce, sealing.getAuthTag(), ...sealed]))
    },

    open(name, sealed) {
      const bytes = Buffer.from(sealed)
      const tagAt = 1 + nonceBytes
      const valueAt = tagAt + tagBytes
      if (bytes[0] !== form || bytes.length < valueAt) throw unreadable(name)
      try {
        const opening = createDecipheriv(cipher, key, bytes.subarray(1, tagAt), { authTagLength: tagBytes })
        opening.setAAD(Buffer.from(name)).setAuthTag(bytes.subarray(tagAt, valueAt))
        return opening.update(bytes.subarray(valueAt), undefined, 'utf8') + opening.final('utf8')
      } catch (error) {
        throw unreadable(name, error)
      }
    },
  }
}

const unreadable = (name: string, cause?: unknown): SwitchyardError =>
  new SwitchyardError('secret_unreadable', {
    message: `The secret ${name} cannot be opened: it was stored with another key. Bring that key back, or set the secret again.`,
    cause,
  })
