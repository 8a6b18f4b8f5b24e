import { createHash } from 'node:crypto'
import type { Config } from '@switchyard/core/config/model'
import type { SecretValues } from '@switchyard/core/node-protocol'
import type { Database } from '../database/open.ts'
import type { SecretBox } from './secret-box.ts'
import { secretUsesIn } from './secret-uses-in.ts'

/** Opens the secrets that a revision refers to, for nodes. From memory while the revision and their etags stay. */
export interface SecretReader {
  /**
   * Nothing, when it refers to none. One that is not stored is left out: the node says where it is missing. Throws
   * `secret_unreadable` for one that cannot be opened: then nothing is to be pushed.
   */
  read(config: Config): Promise<SecretValues | undefined>
}

export function createSecretReader(db: Database, box: SecretBox): SecretReader {
  let latest: SecretValues | undefined

  return {
    async read(config) {
      const names = [...new Set(secretUsesIn(config).map(({ name }) => name))]
      if (names.length === 0) return undefined
      const where = { name: { in: names } }
      const version = versionOf(await db.secret.findMany({ where, select: { name: true, etag: true } }))
      if (latest?.version === version) return latest
      const stored = await db.secret.findMany({ where })
      const values = stored.map(({ name, ciphertext }) => [name, box.open(name, ciphertext)] as const)
      // Of what was read now: one may have been set in between.
      latest = { version: versionOf(stored), values: Object.fromEntries(values) }
      return latest
    },
  }
}

/** Says whether anything changed, and nothing of the values. */
function versionOf(stored: { name: string; etag: string }[]): string {
  const etags = stored.map(({ name, etag }) => `${name}:${etag}`).sort()
  return createHash('sha256').update(etags.join('\n')).digest('hex').slice(0, 16)
}
