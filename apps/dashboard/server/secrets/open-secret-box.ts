import type { Log } from '@switchyard/core/middleware/contract'
import type { Database } from '../database/open.ts'
import { createSecretBox, type SecretBox } from './secret-box.ts'
import { readKeyFile, type SecretKey } from './secret-key.ts'

/**
 * The box with the key of this control plane. Says at once which of the stored secrets it does not open: they are of no
 * use until the right key is back, or they are set again. Throws a sentence when there is no key for what is stored.
 */
export async function openSecretBox(
  db: Database,
  log: Log,
  { home, secretKey }: { home: string; secretKey: SecretKey | undefined },
): Promise<SecretBox> {
  const stored = await db.secret.findMany({ select: { name: true, ciphertext: true } })
  const box = createSecretBox(secretKey ?? readKeyFile(home, stored.length))
  const unreadable = stored.filter((secret) => !opens(box, secret)).map(({ name }) => name)
  if (unreadable.length > 0) {
    const key = secretKey ? 'SWITCHYARD_SECRET_KEY' : 'secret.key'
    log.error({ key, secrets: unreadable }, 'stored secrets cannot be opened: they were stored with another key')
  }
  return box
}

function opens(box: SecretBox, { name, ciphertext }: { name: string; ciphertext: Uint8Array }): boolean {
  try {
    box.open(name, ciphertext)
    return true
  } catch {
    return false
  }
}
