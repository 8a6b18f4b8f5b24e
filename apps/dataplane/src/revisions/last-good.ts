import { createHash } from 'node:crypto'
import { open, readFile, rename } from 'node:fs/promises'
import { join } from 'node:path'
import type { Log } from '@switchyard/core/middleware/contract'
import { z } from 'zod'

const header = z.strictObject({
  number: z.int().min(1),
  hash: z.string(),
  publishedAt: z.string(),
  savedAt: z.string(),
  /** What it was followed from: `control`, or the path of a file. */
  origin: z.string(),
})

/** A revision that served, as it stands on disk. */
export type LastGood = z.output<typeof header> & { readonly document: string }

/**
 * The last good revision, in two generations: `snapshot.current` and `snapshot.previous`. Each file is three lines: the SHA-256 of
 * the other two, a header, and the canonical document.
 */
export interface LastGoodStore {
  /** The newest generation that is whole and of this origin; a damaged one is logged and passed over. */
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
  /** What is in `current`, once that is known to be whole: only then may it take the place of `previous`. */
  let whole: LastGood | undefined

  return {
    get newest() {
      return whole
    },

    async load(origin) {
      const found: LastGood[] = []
      for (const file of [current, previous]) {
        const read = await readGeneration(file)
        if (read === 'damaged') log.error({ file }, 'the last good configuration is damaged')
        else if (read === undefined) continue
        else found.push(read)
        if (file === current && read !== 'damaged') whole = read
      }
      return found.find((one) => one.origin === origin)
    },

    async save(revision, now) {
      const saved: LastGood = { ...revision, savedAt: now.toISOString() }
      const written = join(data, `snapshot.new`)
      await writeGeneration(written, saved)
      // The same content again, under a new number, must not push an older content out of `previous`.
      if (whole && whole.hash !== saved.hash) await rename(current, previous)
      await rename(written, current)
      await syncFolder(data)
      whole = saved
    },
  }
}

async function readGeneration(file: string): Promise<LastGood | 'damaged' | undefined> {
  let text: string
  try {
    text = await readFile(file, 'utf8')
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ENOENT' ? undefined : 'damaged'
  }
  const [checksum = '', head = '', document, ...rest] = text.split('\n')
  if (document === undefined || rest.join('') !== '' || checksum !== sha256(`${head}\n${document}`)) return 'damaged'
  const parsed = header.safeParse(parseJson(head))
  return parsed.success ? { ...parsed.data, document } : 'damaged'
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

async function writeGeneration(file: string, { document, ...head }: LastGood): Promise<void> {
  const content = `${JSON.stringify(head)}\n${document}`
  const handle = await open(file, 'w', 0o600)
  try {
    await handle.writeFile(`${sha256(content)}\n${content}\n`)
    await handle.sync()
  } finally {
    await handle.close()
  }
}

/** Makes renames in it last. Some file systems refuse to sync a folder; there is nothing more to do there. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r')
  try {
    await handle.sync()
  } catch (error) {
    if (!/^(EINVAL|ENOTSUP|EPERM|EISDIR)$/.test((error as NodeJS.ErrnoException).code ?? '')) throw error
  } finally {
    await handle.close()
  }
}

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex')
