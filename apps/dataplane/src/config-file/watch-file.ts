import { type FSWatcher, watch } from 'node:fs'
import { stat } from 'node:fs/promises'
import { dirname } from 'node:path'

export interface WatchOptions {
  /** The file is quiet when it has not changed for this long. @default 250 */
  readonly quietMs?: number
  /** How often the file is looked at even when the system tells of no change. @default 1000 */
  readonly pollMs?: number
}

export interface FileWatch {
  close(): void
}

/**
 * Calls `onQuiet` when a file has changed and then stood still for a while, so that one that is being written is not read half.
 * Sees writes in place, a file renamed over it, and symbolic links that are pointed elsewhere (as Kubernetes does with
 * mounted configuration). A file that is missing for longer than that counts as changed.
 *
 * The folder is watched, since the watch on a file would follow the old one when it is replaced; and the file is looked at now
 * and then, since not every file system tells of changes.
 *
 * @returns when the file has been looked at: what the caller reads from then on, later changes are told against.
 */
export async function watchFile(path: string, onQuiet: () => void, options: WatchOptions = {}): Promise<FileWatch> {
  const { quietMs = 250, pollMs = 1000 } = options
  const eagerMs = Math.min(50, quietMs)
  let timer: NodeJS.Timeout | undefined
  let looking = false
  let told = false
  let closed = false
  const watcher = watchFolder(dirname(path), () => {
    if (looking) told = true
    else soon(eagerMs)
  })
  let seen = await fingerprint(path)
  let changedAt: number | undefined
  soon(told ? eagerMs : pollMs)

  async function look(): Promise<void> {
    looking = true
    const now = await fingerprint(path)
    looking = false
    if (closed) return
    if (now !== seen) {
      seen = now
      changedAt = performance.now()
    }
    const quietFor = changedAt === undefined ? 0 : performance.now() - changedAt
    if (changedAt !== undefined && quietFor >= quietMs) {
      changedAt = undefined
      onQuiet()
    }
    soon(told ? eagerMs : changedAt === undefined ? pollMs : quietMs - quietFor)
    told = false
  }

  function soon(ms: number): void {
    clearTimeout(timer)
    if (!closed) timer = setTimeout(look, ms)
  }

  return {
    close() {
      closed = true
      clearTimeout(timer)
      watcher?.close()
    },
  }
}

const missing = 'missing'

/** Changes when the content may have: another file, another size, another time. Links are followed. */
async function fingerprint(path: string): Promise<string> {
  try {
    const { dev, ino, size, mtimeNs, ctimeNs } = await stat(path, { bigint: true })
    return `${dev} ${ino} ${size} ${mtimeNs} ${ctimeNs}`
  } catch {
    return missing
  }
}

/** Undefined when the system cannot: then looking now and then has to do. */
function watchFolder(folder: string, onChange: () => void): FSWatcher | undefined {
  try {
    const watcher = watch(folder, { persistent: false }, onChange)
    watcher.on('error', () => watcher.close())
    return watcher
  } catch {
    return undefined
  }
}
