import { readdir, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { type SecretValues, secretValuesSchema } from '@switchyard/core/node-protocol'
import { parseJson, readChecked, writeChecked } from './checked-file.ts'

/**
 * The values of secrets on disk, apart from the revisions that need them: `secrets.VERSION`, which only the owner may read. What
 * has a version never changes, so whichever generation of a revision is served finds its own.
 */
export interface SecretFiles {
  read(version: string): Promise<SecretValues | 'damaged'>
  write(secrets: SecretValues): Promise<void>
  /** Removes all others: what nothing can need any more should not lie around. */
  keepOnly(versions: readonly (string | undefined)[]): Promise<void>
}

const ours = /^secrets\.([0-9a-f]{16}|new)$/

/** @param data an existing folder that no other node uses. */
export function createSecretFiles(data: string): SecretFiles {
  const fileOf = (version: string) => join(data, `secrets.${version}`)

  return {
    async read(version) {
      const text = await readChecked(fileOf(version))
      const parsed = secretValuesSchema.safeParse(text === undefined ? undefined : parseJson(text))
      return parsed.success && parsed.data.version === version ? parsed.data : 'damaged'
    },

    async write(secrets) {
      const written = fileOf('new')
      await writeChecked(written, JSON.stringify(secrets))
      await rename(written, fileOf(secrets.version))
    },

    async keepOnly(versions) {
      for (const name of await readdir(data)) {
        const version = ours.exec(name)?.[1]
        if (version !== undefined && !versions.includes(version)) await rm(join(data, name), { force: true })
      }
    },
  }
}
