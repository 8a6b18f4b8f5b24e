import { createHash } from 'node:crypto'
import { lineOf } from '@switchyard/core/config/text'
import { errors } from '@switchyard/core/errors'
import type { Log } from '@switchyard/core/middleware/contract'
import type { Outcome } from '@switchyard/core/node-protocol'
import type { Applier } from '../revisions/applier.ts'
import { readAside } from './read-aside.ts'
import { describeReadError, type ReadFile } from './read-file.ts'
import { watchFile } from './watch-file.ts'

export interface FileFollower {
  /** What became of the file as it was at the start. */
  readonly first: Outcome
  /** Reads the file again, also when it has not changed: what it failed for may have. */
  reload(): void
  close(): void
}

/**
 * Submits a configuration file, now and whenever its content changes. Its revisions are numbered by the order in which they were
 * read, from 1. Resolves when the first one serves or is refused.
 */
export async function followFile(path: string, applier: Applier, log: Log): Promise<FileFollower> {
  let number = 0
  let last: string | undefined
  let turn: Promise<unknown> = Promise.resolve()

  async function load(again: boolean): Promise<Outcome | undefined> {
    const read = await readAside(path).catch((error: unknown): ReadFile => unreadable(path, error))
    if (read.textHash === last && !again) return undefined
    last = read.textHash
    number++
    const { result, textHash } = read
    if (result.ok) {
      const publishedAt = new Date().toISOString()
      const { config, document, hash, text, format } = result
      const line = (at: string) => lineOf(text, format, at)
      return applier.submit({ number, hash, document, config, publishedAt, source: 'file', lineOf: line, again })
    }
    const { problems } = result
    return applier.refuse({ number, hash: textHash }, { code: 'invalid', message: errors.invalid.message, problems })
  }
  const inTurn = (again: boolean) => {
    turn = turn.then(() => load(again)).catch((error: unknown) => log.error({ err: error, path }, 'loading failed'))
  }

  const watching = await watchFile(path, () => inTurn(false))
  const first = await load(true)
  if (!first) throw new Error('The first load of a file always has an outcome.')
  return { first, reload: () => inTurn(true), close: () => watching.close() }
}

/** A file that is not there is told of like one that is wrong; its hash is of no content, and changes with the reason. */
function unreadable(path: string, error: unknown): ReadFile {
  const message = describeReadError(path, error)
  const textHash = createHash('sha256').update(message).digest('hex')
  return { textHash, result: { ok: false, problems: [{ path: '', message }] } }
}
