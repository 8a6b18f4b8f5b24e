import { rename } from 'node:fs/promises'
import { join } from 'node:path'
import type { Log } from '@switchyard/core/middleware/contract'
import type { SecretValues } from '@switchyard/core/node-protocol'
import { z } from 'zod'
import { parseJson, readChecked, syncFolder, writeChecked } from './checked-file.ts'
import { createSecretFiles } from './secret-files.ts'

const header = z.strictObject({
  number: z.int().min(1),
  hash: z.string(),
  publishedAt: z.string(),
  savedAt: z.string(),
  /** What it was followed from: `control`, or the path of a file. */
  origin: z.string(),
  /** Of the secrets that it needs, which are in a file of their own. */
  secretsVersion: z
    .string()
    .regex(/^[0-9a-f]{16}$/)
    .optional(),
})

/** A revision that served, as it stands on disk. */
export interface LastGood extends Omit<z.output<typeof header>, 'secretsVersion'> {
  readonly document: string
  /** Never to be logged or told. */
  readonly secrets?: SecretValues | undefined
}

/**
 * The last good revision, in two generations: `snapshot.current` and `snapshot.previous`. Each file is three lines: the SHA-256 of
 * the other two, a header, and the canonical document. The secrets that they need are beside them, in `secrets.VERSION`.
 */
export interface LastGoodStore {
  /** The newest generation that is whole, with its secrets, and of this origin; a damaged one is logged and passed over. */
  load(origin: string): Promise<LastGood | undefined>
  /** On disk when it resolves: after it, a crash at any point leaves this one or the one before it. */
  save(revision: Omit<LastGood, 'savedAt'>, now: Date): Promise<void>
  /** The newest one that is known to be whole. */
  readonly newest: LastGood | undefined
}

/** @param data an existing folder that no other node uses. */
export function createLastGoodStore(data: string, log: Log): LastGoodStore {
  const current = join(data, 'snapshot.current')
  const previous = join(data, 'snapshot.previous')
  const secretFiles = createSecretFiles(data)
  /** What is in `current`, once that is known to be whole: only then may it take the place of `previous`. */
  let whole: LastGood | undefined
  /** The secrets that `previous` needs; unknown before the first look. */
  let older: { version: string | undefined } | undefined

  async function readGeneration(file: string): Promise<LastGood | undefined> {
    const read = await readSnapshot(file)
    if (read === undefined) return undefined
    if (read === 'damaged') {
      log.error({ file }, 'the last good configuration is damaged')
      return undefined
    }
    const { secretsVersion, ...revision } = read
    if (secretsVersion === undefined) return revision
    const secrets = await secretFiles.read(secretsVersion)
    if (secrets !== 'damaged') return { ...revision, secrets }
    log.error({ file }, 'the secrets of the last good configuration are damaged')
    return undefined
  }

  return {
    get newest() {
      return whole
    },

    async load(origin) {
      whole = await readGeneration(current)
      const before = await readGeneration(previous)
      older = { version: before?.secrets?.version }
      return [whole, before].find((one) => one?.origin === origin)
    },

    async save(revision, now) {
      const saved: LastGood = { ...revision, savedAt: now.toISOString() }
      const { secrets } = saved
      const replaces = whole !== undefined && whole.hash !== saved.hash
      // Before the revision that needs them: what is on disk is never without its secrets.
      if (secrets && secrets.version !== whole?.secrets?.version) await secretFiles.write(secrets)
      const written = join(data, `snapshot.new`)
      await writeSnapshot(written, saved)
      // The same content again, under a new number, must not push an older content out of `previous`.
      if (replaces) await rename(current, previous)
      await rename(written, current)
      await syncFolder(data)
      if (replaces) older = { version: whole?.secrets?.version }
      whole = saved
      if (older) await secretFiles.keepOnly([secrets?.version, older.version])
    },
  }
}

/** A generation without the values of its secrets. */
type Snapshot = z.output<typeof header> & { document: string }

async function readSnapshot(file: string): Promise<Snapshot | 'damaged' | undefined> {
  const text = await readChecked(file)
  if (text === undefined || text === 'damaged') return text
  const [head = '', document, ...rest] = text.split('\n')
  const parsed = header.safeParse(parseJson(head))
  return parsed.success && document !== undefined && rest.length === 0 ? { ...parsed.data, document } : 'damaged'
}

async function writeSnapshot(file: string, { document, secrets, ...head }: LastGood): Promise<void> {
  const withVersion = { ...head, secretsVersion: secrets?.version }
  await writeChecked(file, `${JSON.stringify(withVersion)}\n${document}`)
}
